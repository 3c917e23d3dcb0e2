//! See [`RULE`].

use super::{On, duplicates};
use crate::check::Check;
use crate::finding::Problem;

declare_rule! {
    /// Two tasks of a pipeline have the same name.
    ///
    /// Tekton rejects the document, also when one of the two stands in `finally`: names of tasks are
    /// how `runAfter` and results refer to them.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: build
    ///       taskRef:
    ///         name: buildah
    ///     - name: scan
    ///       runAfter: [build]
    ///       taskRef:
    ///         name: clair-scan
    ///     - name: scan
    ///       runAfter: [build]
    ///       taskRef:
    ///         name: clamav-scan
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: build
    ///       taskRef:
    ///         name: buildah
    ///     - name: scan
    ///       runAfter: [build]
    ///       taskRef:
    ///         name: clair-scan
    /// ```
    pub(crate) static RULE {
        name: "duplicate-task",
        group: Duplicates,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(duplicates::fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for pipeline in &check.model.pipelines {
        let names = pipeline.tasks.iter().filter_map(|task| task.name.as_ref());
        duplicates::report(&RULE, RULE.severity, "task", names, problems);
    }
}
