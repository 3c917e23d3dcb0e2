//! See [`RULE`].

use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::{Model, Part, Pipeline, RefKind, Reference, Text, ValueType};
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// A result or status of a task is used that the pipeline does not have.
    ///
    /// Tekton rejects the pipeline. In places it does not look at (scripts of tasks in `finally`, items
    /// of a list in a pipeline result) the text stays as it is, which is reported as a warning.
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
    ///       params:
    ///         - name: COMMIT
    ///           value: $(tasks.cloned.results.commit)
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
    ///       params:
    ///         - name: COMMIT
    ///           value: $(tasks.clone.results.commit)
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub(crate) static RULE {
        name: "unknown-task",
        group: Dependencies,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let model = check.model;
    for reference in &model.references {
        let Some(pipeline) = pipeline_of(model, reference) else {
            continue;
        };
        let Some((name, finally)) = task_name(&reference.kind) else {
            continue;
        };
        let in_finally = own_task_is_final(pipeline, reference);
        let named = |task: &&crate::model::PipelineTask| task.is_named(name.as_str());
        let found = match pipeline.tasks.iter().find(named) {
            // A task of `finally` that reads from another one has a rule of its own.
            Some(task) => {
                let is_result = matches!(reference.kind, RefKind::TaskResult { .. });
                task.finally == finally || (is_result && in_finally && task.finally)
            }
            None => false,
        };
        if found {
            continue;
        }
        let message = match (pipeline.task(name.as_str()), finally) {
            (Some(_), false) => {
                format!("`{}` is a task of `finally`, which comes last", name.value)
            }
            (Some(_), true) => format!("`{}` is not a task of `finally`", name.value),
            (None, _) => format!("The pipeline has no task `{}`", name.value),
        };
        let mut problem = RULE.problem(name.span, message);
        if !is_checked(pipeline, reference, in_finally) {
            problem.severity = Severity::Warning;
            problem = problem.note("Tekton does not look here: the text would stay as it is.");
        }
        if let Some(nearest) = nearest(name.as_str(), candidates(pipeline, finally)) {
            problem = problem.help(did_you_mean(nearest)).fixable();
        }
        problems.push(problem);
    }
}

fn pipeline_of<'m>(model: &'m Model, reference: &Reference) -> Option<&'m Pipeline> {
    model.pipelines.get(reference.site.pipeline? as usize)
}

/// The task that a reference is about, and whether it is one of `finally`.
fn task_name(kind: &RefKind) -> Option<(&Text, bool)> {
    match kind {
        RefKind::TaskResult { task, finally, .. } => Some((task, *finally)),
        RefKind::TaskStatus { task, .. } | RefKind::MatrixLength { task, .. } => {
            Some((task, false))
        }
        _ => None,
    }
}

fn own_task_is_final(pipeline: &Pipeline, reference: &Reference) -> bool {
    let own = reference.site.pipeline_task;
    own.and_then(|at| pipeline.tasks.get(at as usize))
        .is_some_and(|task| task.finally)
}

/// Does Tekton look here when the pipeline is submitted?
fn is_checked(pipeline: &Pipeline, reference: &Reference, in_finally: bool) -> bool {
    let site = reference.site;
    let is_result = match &reference.kind {
        // `results.a.b.c` has too many parts to be a reference for Tekton.
        RefKind::TaskResult { key: Some(key), .. } if key.as_str().contains('.') => return false,
        RefKind::TaskResult { .. } => true,
        RefKind::MatrixLength { .. } => return false,
        _ => false,
    };
    match site.part {
        Part::Result if site.pipeline_task.is_none() => pipeline.results.iter().any(|result| {
            let value = result.value.as_ref();
            value.is_some_and(|value| {
                value.ty == ValueType::String && value.span.contains(reference.span.start)
            })
        }),
        Part::Argument | Part::When => site.task.is_none(),
        Part::Matrix => is_result && !in_finally,
        Part::Script | Part::Command => is_result && !in_finally,
        _ => false,
    }
}

fn candidates(pipeline: &Pipeline, finally: bool) -> impl Iterator<Item = &str> {
    let tasks = pipeline.tasks.iter();
    tasks
        .filter(move |task| task.finally == finally)
        .filter_map(|task| task.name.as_ref())
        .map(|name| name.as_str())
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let Some(reference) = check.model.reference_at(problem.span.start) else {
        return Vec::new();
    };
    let pipeline = pipeline_of(check.model, reference);
    let (Some(pipeline), Some((name, finally))) = (pipeline, task_name(&reference.kind)) else {
        return Vec::new();
    };
    let nearest = nearest(name.as_str(), candidates(pipeline, finally));
    edit::rename(&check.document, problem.span, nearest)
}
