//! See [`RULE`].

use super::On;
use crate::check::Check;
use crate::finding::Problem;
use crate::model::{Part, RefKind};

declare_rule! {
    /// The status of tasks is used outside of `finally`.
    ///
    /// Only tasks of `finally` know how the others ended. Tekton rejects `$(tasks.x.status)`,
    /// `$(tasks.x.reason)` and `$(tasks.status)` in the params and guards of all other tasks.
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
    ///     - name: report
    ///       runAfter: [build]
    ///       params:
    ///         - name: status
    ///           value: $(tasks.build.status)
    ///       taskRef:
    ///         name: report
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
    ///   finally:
    ///     - name: report
    ///       params:
    ///         - name: status
    ///           value: $(tasks.build.status)
    ///       taskRef:
    ///         name: report
    /// ```
    pub(crate) static RULE {
        name: "status-outside-finally",
        group: Dependencies,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for (pipeline, task) in check
        .model
        .pipeline_tasks()
        .filter(|(_, task)| !task.finally)
    {
        for reference in check.model.references_in(task.span) {
            let site = reference.site;
            let looks = site.pipeline == Some(task.id.pipeline)
                && site.task.is_none()
                && matches!(site.part, Part::Argument | Part::When);
            let known = match &reference.kind {
                RefKind::TaskStatus { task, .. } => pipeline.task(task.as_str()).is_some(),
                RefKind::AggregateStatus => true,
                _ => false,
            };
            if looks && known {
                problems.push(
                    RULE.problem(reference.span, "Only tasks of `finally` can see a status")
                        .help("Move the task to `finally`, or use a result."),
                );
            }
        }
    }
}
