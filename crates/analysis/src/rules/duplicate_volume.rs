//! See [`RULE`].

use super::{On, duplicates};
use crate::check::Check;
use crate::finding::Problem;

declare_rule! {
    /// Two volumes of a task have the same name.
    ///
    /// Tekton rejects the document ("multiple volumes with same name").
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
    ///   volumes:
    ///     - name: varlibcontainers
    ///       emptyDir: {}
    ///     - name: varlibcontainers
    ///       emptyDir:
    ///         medium: Memory
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
    ///   volumes:
    ///     - name: varlibcontainers
    ///       emptyDir: {}
    /// ```
    pub(crate) static RULE {
        name: "duplicate-volume",
        group: Duplicates,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(duplicates::fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for task in &check.model.tasks {
        duplicates::report(&RULE, RULE.severity, "volume", &task.volumes, problems);
    }
}
