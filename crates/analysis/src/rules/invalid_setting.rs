//! See [`RULE`].

use super::On;

declare_rule! {
    /// A setting has a value that it cannot have.
    ///
    /// It has no effect. `rules` maps the names of rules to severities, `ignore` lists patterns of files,
    /// `classes` maps patterns of files to what their pipelines are for, `effects` lists what programs do.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- .konflux-ls.yaml
    /// rules:
    ///   missing-param: loud
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
        name: "invalid-setting",
        group: Tooling,
        since: "0.1.0",
        severity: Warning,
        check: On::Configuration,
        fix: None,
    }
}
