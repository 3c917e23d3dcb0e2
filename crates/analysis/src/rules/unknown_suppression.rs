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
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   results:
    ///     - name: IMAGE_URL
    ///     # konflux: ignore[duplicate-results] the second one describes it
    ///     - name: IMAGE_URL
    ///       description: Where the image is
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   results:
    ///     - name: IMAGE_URL
    ///     # konflux: ignore[duplicate-result] the second one describes it
    ///     - name: IMAGE_URL
    ///       description: Where the image is
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    /// ```
    pub static RULE {
        name: "unknown-suppression",
        group: Tooling,
        since: "0.1.0",
        severity: Warning,
        check: On::Suppression,
        fix: Some(suppression::fix_unknown),
    }
}
