//! See [`RULE`].

use std::borrow::Cow;

use super::{On, duplicates};
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::{Argument, Model, Param, PipelineTask, Text};

declare_rule! {
    /// A param is declared, or gets a value, more than once.
    ///
    /// Tekton rejects the document ("parameter appears more than once"). In runs and in the params
    /// of a resolver even names that differ only in case count as the same. A param of a pipeline
    /// task must not appear in `params` and in `matrix` either.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: greet
    /// spec:
    ///   params:
    ///     - name: who
    ///       type: string
    ///     - name: who
    ///       default: world
    ///   steps:
    ///     - name: greet
    ///       image: quay.io/acme/tools:1
    ///       args: ["$(params.who)"]
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: greet
    /// spec:
    ///   params:
    ///     - name: who
    ///       type: string
    ///   steps:
    ///     - name: greet
    ///       image: quay.io/acme/tools:1
    ///       args: ["$(params.who)"]
    /// ```
    pub(crate) static RULE {
        name: "duplicate-param",
        group: Duplicates,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(duplicates::fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let model = check.model;
    for task in &model.tasks {
        declared(&task.params, problems);
        for step in &task.steps {
            // What a step hands to its StepAction is not compared when the Task is submitted.
            let names = step.params.iter().map(|param| &param.name);
            duplicates::report(&RULE, Severity::Warning, "param", names, problems);
        }
    }
    for pipeline in &model.pipelines {
        declared(&pipeline.params, problems);
        for task in &pipeline.tasks {
            passed(task, problems);
        }
    }
    if let Some(run) = &model.run {
        ignoring_case(&run.params, problems);
    }
    for params in resolver_params(model) {
        ignoring_case(params, problems);
    }
}

fn declared(params: &[Param], problems: &mut Vec<Problem>) {
    let names = params.iter().map(|param| &param.name);
    duplicates::report(&RULE, RULE.severity, "param", names, problems);
}

/// The params of a pipeline task, then those of its matrix, which must not repeat them.
fn passed(task: &PipelineTask, problems: &mut Vec<Problem>) {
    let matrix = task.matrix.iter().flat_map(|matrix| &matrix.params);
    let names = task.params.iter().chain(matrix).map(|param| &param.name);
    duplicates::report(&RULE, RULE.severity, "param", names, problems);
}

fn ignoring_case(params: &[Argument], problems: &mut Vec<Problem>) {
    let names = params.iter().map(|param| &param.name);
    duplicates::report_by(&RULE, RULE.severity, "param", names, lowercase, problems);
}

fn lowercase(name: &Text) -> Cow<'_, str> {
    let name = name.as_str();
    let changes = |byte: u8| byte.is_ascii_uppercase() || !byte.is_ascii();
    match name.bytes().any(changes) {
        true => name.to_lowercase().into(),
        false => name.into(),
    }
}

fn resolver_params(model: &Model) -> impl Iterator<Item = &[Argument]> {
    let run = model.run.iter().filter_map(|run| run.target.as_ref());
    let tasks = model
        .pipeline_tasks()
        .filter_map(|(_, task)| task.task_ref());
    let steps = model.tasks.iter().flat_map(|task| &task.steps);
    let actions = steps.filter_map(|step| step.action.as_ref());
    run.chain(tasks)
        .chain(actions)
        .map(|target| &*target.params)
}
