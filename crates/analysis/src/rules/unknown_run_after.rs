//! See [`RULE`].

use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::Problem;
use crate::model::{Pipeline, PipelineTask};
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// `runAfter` names a task that is not there to wait for.
    ///
    /// Tekton rejects the pipeline: "task depends on … but … wasn't present in Pipeline". A task of
    /// `finally` cannot be waited for either; it runs when all others are done.
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
    ///     - name: clone
    ///       taskRef:
    ///         name: git-clone
    ///     - name: build
    ///       runAfter: [clones]
    ///       taskRef:
    ///         name: buildah
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
    ///     - name: clone
    ///       taskRef:
    ///         name: git-clone
    ///     - name: build
    ///       runAfter: [clone]
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub(crate) static RULE {
        name: "unknown-run-after",
        group: Dependencies,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for (pipeline, task) in check
        .model
        .pipeline_tasks()
        .filter(|(_, task)| !task.finally)
    {
        for name in &task.run_after {
            if is_task(pipeline, name.as_str()) {
                continue;
            }
            let message = match pipeline.task(name.as_str()) {
                Some(_) => format!("`{}` is a task of `finally`, which comes last", name.value),
                None => format!("The pipeline has no task `{}`", name.value),
            };
            let mut problem = RULE.problem(name.span, message).fixable();
            if let Some(nearest) = nearest(name.as_str(), candidates(pipeline, task)) {
                problem = problem.help(did_you_mean(nearest));
            }
            problems.push(problem);
        }
    }
}

fn is_task(pipeline: &Pipeline, name: &str) -> bool {
    let mut tasks = pipeline.tasks.iter();
    tasks.any(|task| !task.finally && task.is_named(name))
}

/// The tasks that this one could wait for.
fn candidates<'m>(pipeline: &'m Pipeline, own: &'m PipelineTask) -> impl Iterator<Item = &'m str> {
    let tasks = pipeline.tasks.iter();
    tasks
        .filter(|task| !task.finally && task.id != own.id)
        .filter_map(|task| task.name.as_ref())
        .map(|name| name.as_str())
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let place = problem.span;
    let owner = check.model.pipeline_tasks().find_map(|(pipeline, task)| {
        let name = task.run_after.iter().find(|name| name.span == place)?;
        Some((name, pipeline, task))
    });
    let Some((name, pipeline, task)) = owner else {
        return Vec::new();
    };
    let nearest = nearest(name.as_str(), candidates(pipeline, task));
    let mut fixes = edit::rename(&check.document, place, nearest);
    let edits = edit::remove_item(&check.document, place);
    fixes.extend(edits.map(|edits| Fix {
        preferred: nearest.is_none(),
        ..edit::unsafe_fix("Do not wait for it", edits)
    }));
    fixes
}
