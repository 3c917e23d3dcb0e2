//! See [`RULE`].

use super::On;
use crate::suppression;

declare_rule! {
    /// A comment ignores a rule that does not exist.
    ///
    /// `# konflux: ignore[rule]` names rules exactly. A name that no rule has silences nothing.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// # konflux: ignore-file[unused-supression] generated, with comments for all variants
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// # konflux: ignore-file[unused-suppression] generated, with comments for all variants
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    /// ```
    pub(crate) static RULE {
        name: "unknown-suppression",
        group: Tooling,
        since: "0.1.0",
        severity: Warning,
        check: On::Suppression,
        fix: Some(suppression::fix_unknown),
    }
}
