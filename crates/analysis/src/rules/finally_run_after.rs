//! See [`RULE`].

use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::Problem;

declare_rule! {
    /// A task of `finally` has a `runAfter`.
    ///
    /// Tekton rejects the pipeline. Tasks of `finally` run when all others are done, side by side.
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
    ///   finally:
    ///     - name: summary
    ///       runAfter: [build]
    ///       taskRef:
    ///         name: summary
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
    ///     - name: summary
    ///       taskRef:
    ///         name: summary
    /// ```
    pub(crate) static RULE {
        name: "finally-run-after",
        group: Dependencies,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for (_, task) in check
        .model
        .pipeline_tasks()
        .filter(|(_, task)| task.finally)
    {
        if task.run_after.is_empty() {
            continue;
        }
        let key = task.keys.iter().find(|key| key.as_str() == "runAfter");
        problems.push(
            RULE.problem(
                key.map_or(task.place(), |key| key.span),
                "Tasks of `finally` cannot wait for another task",
            )
            .note("They run side by side, when all tasks of the pipeline are done.")
            .fixable(),
        );
    }
}

/// It has no effect that anybody could rely on: Tekton does not take the document at all.
fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let key = check.document.node_at(problem.span.start);
    let value = key.as_ref().and_then(|key| key.parent()?.get("runAfter"));
    let edits = value.and_then(|value| edit::remove_pair(&value));
    let fix = edits.map(|edits| edit::safe_fix("Remove `runAfter`", edits));
    fix.into_iter().collect()
}
