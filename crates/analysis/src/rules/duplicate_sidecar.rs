//! See [`RULE`].

use super::{On, duplicates};
use crate::check::Check;
use crate::finding::Problem;

declare_rule! {
    /// Two sidecars of a task have the same name.
    ///
    /// Tekton takes the document. When it runs, the sidecars become containers of one pod, and
    /// Kubernetes refuses a pod in which two containers have the same name.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///   sidecars:
    ///     - name: registry
    ///       image: quay.io/acme/registry:1
    ///     - name: registry
    ///       image: quay.io/acme/registry:2
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
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///   sidecars:
    ///     - name: registry
    ///       image: quay.io/acme/registry:1
    /// ```
    pub(crate) static RULE {
        name: "duplicate-sidecar",
        group: Duplicates,
        since: "0.1.0",
        severity: Warning,
        check: On::Document(check),
        fix: Some(duplicates::fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for task in &check.model.tasks {
        duplicates::report(&RULE, RULE.severity, "sidecar", &task.sidecars, problems);
    }
}
