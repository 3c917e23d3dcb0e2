//! See [`RULE`].

use super::On;

declare_rule! {
    /// A comment to this tool cannot be understood.
    ///
    /// What silences a finding is `# konflux: ignore[rule]`, with several rules separated by commas and
    /// room for a reason behind it, at the end of a line or above it; `# konflux: ignore-file[rule]` does
    /// so for a whole file. Every rule is named: nothing silences all of them.
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
    ///     # konflux: ignore everything
    ///     - name: IMAGE_DIGEST
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
    ///     - name: IMAGE_DIGEST
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    /// ```
    pub(crate) static RULE {
        name: "malformed-suppression",
        group: Tooling,
        since: "0.1.0",
        severity: Warning,
        check: On::Suppression,
        fix: None,
    }
}
