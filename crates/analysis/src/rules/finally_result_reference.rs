//! See [`RULE`].

use super::On;
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::{Part, RefKind};

declare_rule! {
    /// A task of `finally` uses a result of another task of `finally`.
    ///
    /// Tasks of `finally` run side by side, so none can wait for the result of another. Tekton rejects
    /// the pipeline.
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
    ///       taskRef:
    ///         name: summary
    ///     - name: notify
    ///       params:
    ///         - name: text
    ///           value: $(tasks.summary.results.text)
    ///       taskRef:
    ///         name: slack
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
    ///     - name: summary
    ///       runAfter: [build]
    ///       taskRef:
    ///         name: summary
    ///   finally:
    ///     - name: notify
    ///       params:
    ///         - name: text
    ///           value: $(tasks.summary.results.text)
    ///       taskRef:
    ///         name: slack
    /// ```
    pub(crate) static RULE {
        name: "finally-result-reference",
        group: Dependencies,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for (pipeline, own) in check
        .model
        .pipeline_tasks()
        .filter(|(_, task)| task.finally)
    {
        for reference in check.model.references_in(own.span) {
            let RefKind::TaskResult { task: name, .. } = &reference.kind else {
                continue;
            };
            if reference.site.pipeline != Some(own.id.pipeline) {
                continue;
            }
            let named = |task: &&crate::model::PipelineTask| task.is_named(name.as_str());
            let Some(task) = pipeline
                .tasks
                .iter()
                .find(named)
                .filter(|task| task.finally)
            else {
                continue;
            };
            let message = format!("`{}` is a task of `finally` too", name.value);
            let mut problem = RULE
                .problem(name.span, message)
                .note("Tasks of `finally` run side by side: none has results for another.")
                .related(task.place(), "declared here")
                .help("Move the task that has the result to `tasks`.");
            let looks = matches!(reference.site.part, Part::Argument | Part::When);
            if !looks || reference.site.task.is_some() {
                problem.severity = Severity::Warning;
            }
            problems.push(problem);
        }
    }
}
