//! See [`RULE`].

use super::calls;
use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Item, Problem, Severity, Target};
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
        check: On::Workspace(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for reference in &check.model.references {
        let Some((task, result, names, target)) = unknown(check, reference) else {
            continue;
        };
        let own = task.name.as_ref().map_or("", |name| name.as_str());
        let message = format!("The task `{own}` has no result `{}`", result.value);
        let mut problem = RULE.problem(result.span, message);
        if !is_checked(check, reference) {
            problem.severity = Severity::Warning;
        }
        let names = names.iter().map(|name| &**name);
        if let Some(nearest) = nearest(result.as_str(), names) {
            problem = problem.help(did_you_mean(nearest)).fixable();
        }
        problems.push(match &target {
            Some(target) => problem.related_in(target, Item::Name, "the task is defined here"),
            None => problem.related(task.place(), "the task stands here"),
        });
    }
}

type Unknown<'m> = (&'m PipelineTask, &'m Text, Vec<String>, Option<Target>);

/// A result that its task does not have, with those that it has.
fn unknown<'m>(check: &Check<'m>, reference: &'m Reference) -> Option<Unknown<'m>> {
    let RefKind::TaskResult { task, result, .. } = &reference.kind else {
        return None;
    };
    let pipeline = check
        .model
        .pipelines
        .get(reference.site.pipeline? as usize)?;
    let task = pipeline.task(task.as_str())?;
    if let Some(spec) = calls::embedded(check, &task.target) {
        let names = spec
            .results
            .iter()
            .map(|result| result.name.value.to_string());
        return missing(task, result, names.collect(), None);
    }
    let definition = check.resolve_task(task)?;
    let names = definition
        .facts
        .results
        .iter()
        .map(|result| result.name.to_string());
    missing(task, result, names.collect(), Some(definition.target))
}

fn missing<'m>(
    task: &'m PipelineTask,
    result: &'m Text,
    names: Vec<String>,
    target: Option<Target>,
) -> Option<Unknown<'m>> {
    let is_known = names.iter().any(|name| name == result.as_str());
    (!is_known).then_some((task, result, names, target))
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
    let reference = check.model.reference_at(problem.span.start);
    let found = reference.and_then(|reference| unknown(check, reference));
    let Some((_, result, names, _)) = found else {
        return Vec::new();
    };
    let nearest = nearest(result.as_str(), names.iter().map(|name| &**name));
    edit::rename(&check.document, problem.span, nearest)
}
