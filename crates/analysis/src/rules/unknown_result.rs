//! See [`RULE`].

use super::calls::{self, Call};
use super::{On, edit};
use crate::action::Fix;
use crate::check::{Check, Definition};
use crate::finding::{Item, Problem, Severity};
use crate::model::{Part, PipelineTask, RefKind, Reference, Text};
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// A result is used that the task does not have.
    ///
    /// The run fails before its first task starts ("is not a named result returned by pipeline task").
    /// Results vanish when a task gets a new version, and every pipeline that uses them breaks.
    ///
    /// Only tasks that stand in the workspace, or are embedded in the pipeline, are compared.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- task.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: buildah
    /// spec:
    ///   params:
    ///     - name: IMAGE
    ///   results:
    ///     - name: IMAGE_URL
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.IMAGE)"]
    /// #- pipeline.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: build
    ///       params:
    ///         - name: IMAGE
    ///           value: quay.io/acme/app
    ///       taskRef:
    ///         name: buildah
    ///     - name: scan
    ///       params:
    ///         - name: image
    ///           value: $(tasks.build.results.IMAGE_REF)
    ///       taskRef:
    ///         name: clair-scan
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- task.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: buildah
    /// spec:
    ///   params:
    ///     - name: IMAGE
    ///   results:
    ///     - name: IMAGE_URL
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.IMAGE)"]
    /// #- pipeline.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: build
    ///       params:
    ///         - name: IMAGE
    ///           value: quay.io/acme/app
    ///       taskRef:
    ///         name: buildah
    ///     - name: scan
    ///       params:
    ///         - name: image
    ///           value: $(tasks.build.results.IMAGE_URL)
    ///       taskRef:
    ///         name: clair-scan
    /// ```
    pub(crate) static RULE {
        name: "unknown-result",
        group: Calls,
        since: "0.1.0",
        severity: Error,
        check: On::Calls(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, calls: &[Call<'_>], problems: &mut Vec<Problem>) {
    for reference in &check.model.references {
        let Some(unknown) = unknown(check, calls, reference) else {
            continue;
        };
        let (task, result) = (unknown.task, unknown.result);
        let own = task.name.as_ref().map_or("", |name| name.as_str());
        let message = format!("The task `{own}` has no result `{}`", result.value);
        let mut problem = RULE.problem(result.span, message);
        if !is_checked(check, reference) {
            problem.severity = Severity::Warning;
        }
        if let Some(nearest) = nearest(result.as_str(), unknown.names) {
            problem = problem.help(did_you_mean(nearest)).fixable();
        }
        problems.push(match unknown.definition {
            Some(task) => problem.rests_on(task, Item::Name, "the task is defined here"),
            None => problem.related(task.place(), "the task stands here"),
        });
    }
}

/// A result that its task does not have.
struct Unknown<'c> {
    task: &'c PipelineTask,
    result: &'c Text,
    /// The results that it has.
    names: Vec<&'c str>,
    /// Where the task is defined, unless here.
    definition: Option<&'c Definition>,
}

fn unknown<'c>(
    check: &Check<'c>,
    calls: &'c [Call<'_>],
    reference: &'c Reference,
) -> Option<Unknown<'c>> {
    let RefKind::TaskResult { task, result, .. } = &reference.kind else {
        return None;
    };
    let pipelines = &check.model.pipelines;
    let task = pipelines
        .get(reference.site.pipeline? as usize)?
        .task(task.as_str())?;
    let (names, definition): (Vec<&str>, _) = match calls::embedded(check, &task.target) {
        Some(spec) => {
            let results = spec.results.iter();
            (results.map(|result| result.name.as_str()).collect(), None)
        }
        None => {
            let definition = &calls
                .iter()
                .find(|call| call.task == Some(task.id))?
                .definition;
            let results = definition.facts.results.iter();
            let names = results.map(|result| &*result.name).collect();
            (names, Some(definition))
        }
    };
    (!names.contains(&result.as_str())).then_some(Unknown {
        task,
        result,
        names,
        definition,
    })
}

/// Does Tekton look here before the run starts? Not in the scripts of `finally`.
fn is_checked(check: &Check<'_>, reference: &Reference) -> bool {
    let site = reference.site;
    let in_finally = check.model.pipeline_tasks().any(|(_, task)| {
        task.finally
            && site.pipeline == Some(task.id.pipeline)
            && site.pipeline_task == Some(task.id.task)
    });
    match site.part {
        Part::Argument | Part::When | Part::Matrix => site.task.is_none(),
        Part::Result => site.task.is_none(),
        Part::Script | Part::Command => !in_finally,
        _ => false,
    }
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let calls = calls::calls(check);
    let reference = check.model.reference_at(problem.span.start);
    let unknown = reference.and_then(|reference| unknown(check, &calls, reference));
    let nearest = unknown.and_then(|unknown| nearest(unknown.result.as_str(), unknown.names));
    edit::rename(&check.document, problem.span, nearest)
}
