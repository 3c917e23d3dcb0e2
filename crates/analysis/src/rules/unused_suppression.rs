//! See [`RULE`].

use super::On;
use crate::suppression;

declare_rule! {
    /// A comment ignores a finding that is not there.
    ///
    /// The fault was mended, or the comment stands in the wrong place. Left behind, it would hide the
    /// next fault of the same kind.
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
    ///     # konflux: ignore[duplicate-result] both are read
    ///     - name: IMAGE_URL
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
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    /// ```
    pub(crate) static RULE {
        name: "unused-suppression",
        group: Tooling,
        since: "0.1.0",
        severity: Warning,
        check: On::Suppression,
        fix: Some(suppression::fix_unused),
    }
}
