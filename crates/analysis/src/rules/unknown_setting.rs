//! See [`RULE`].

use super::On;
use crate::config;

declare_rule! {
    /// The configuration names a setting or a rule that does not exist.
    ///
    /// It has no effect, which is hardly what was meant.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- .konflux-ls.yaml
    /// rules:
    ///   missing-params: warning
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- .konflux-ls.yaml
    /// rules:
    ///   missing-param: warning
    /// ```
    pub(crate) static RULE {
        name: "unknown-setting",
        group: Tooling,
        since: "0.1.0",
        severity: Warning,
        check: On::Configuration,
        fix: Some(config::fix_unknown),
    }
}
