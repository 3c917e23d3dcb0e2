//! See [`RULE`].

use super::calls::{self, Call, Caller};
use super::{On, edit, scope};
use crate::action::Fix;
use crate::check::Check;
use crate::facts::ParamFact;
use crate::finding::{Item, Problem};
use crate::model::{Param, ParamType, Pipeline};

declare_rule! {
    /// A required param gets no value.
    ///
    /// A param without a default is required. The run fails when it comes to the task ("missing values for
    /// these params which have no default values"), often long after it was started. The same holds for the
    /// params of a pipeline in a run, and of a step action in a step.
    ///
    /// Only tasks, pipelines and step actions that stand in the workspace are compared. In what is embedded
    /// (`taskSpec`, `pipelineSpec`) the finding is a warning, because Tekton accepts the document itself.
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
    ///   params:
    ///     - name: IMAGE
    ///   tasks:
    ///     - name: build
    ///       taskRef:
    ///         name: buildah
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
    ///   params:
    ///     - name: IMAGE
    ///   tasks:
    ///     - name: build
    ///       params:
    ///         - name: IMAGE
    ///           value: $(params.IMAGE)
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub(crate) static RULE {
        name: "missing-param",
        group: Calls,
        since: "0.1.0",
        severity: Error,
        check: On::Calls(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, calls: &[Call<'_>], problems: &mut Vec<Problem>) {
    for call in calls {
        for param in call.missing() {
            let around = call
                .pipeline
                .is_some_and(|one| is_around(check, one, &param.name));
            let given = call.inlined && around || is_injected(call.caller, &param.name);
            if !given {
                problems.push(missing(call, param));
            }
        }
    }
    embedded_tasks(check, problems);
    embedded_in_run(check, problems);
}

/// The integration service adds the snapshot to every run that it starts.
fn is_injected(caller: Caller, name: &str) -> bool {
    caller == Caller::Run && name == "SNAPSHOT"
}

fn missing(call: &Call<'_>, param: &ParamFact) -> Problem {
    let (name, callee) = (&param.name, call.callee());
    let problem = match call.misspelt(name) {
        Some(argument) => RULE
            .problem(
                argument.name.span,
                format!(
                    "The {callee} requires `{name}`, not `{}`",
                    argument.name.value
                ),
            )
            .fixable(),
        None => RULE.problem(
            call.place,
            format!("The {callee} requires the param `{name}`"),
        ),
    };
    let problem = match source(call, param) {
        Some(_) => problem.fixable(),
        None => problem,
    };
    problem.rests_on(
        &call.definition,
        Item::Param(name.clone()),
        "declared here, without a default",
    )
}

/// The param of the calling pipeline that bears the same name: what nearly always is passed on.
fn source<'m>(call: &Call<'m>, param: &ParamFact) -> Option<&'m Param> {
    let declared = call.pipeline?.param(&param.name)?;
    (declared.ty == param.ty).then_some(declared)
}

/// Params that a `taskSpec` declares, but neither its own pipeline task nor anything around passes.
fn embedded_tasks(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for (pipeline, task) in check.model.pipeline_tasks() {
        let Some(spec) = calls::embedded(check, &task.target) else {
            continue;
        };
        for param in spec.params.iter().filter(|param| param.default.is_none()) {
            let name = param.name.as_str();
            let mut passed = task.arguments().map(|argument| argument.name.as_str());
            if passed.any(|passed| passed == name) || is_around(check, pipeline, name) {
                continue;
            }
            let message = format!("The param `{name}` gets no value and has no default");
            let problem = RULE.warning(param.name.span, message);
            problems.push(problem.related(task.place(), "this task passes its params"));
        }
    }
}

fn is_around(check: &Check<'_>, pipeline: &Pipeline, name: &str) -> bool {
    let run = check.model.run.iter().flat_map(|run| &run.params);
    let mut run = run.map(|argument| argument.name.as_str());
    pipeline.param(name).is_some() || run.any(|passed| passed == name)
}

/// Params that the pipeline or task of a run declares, but the run does not pass.
fn embedded_in_run(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let declared = scope::declared_in_run(
        check.model,
        |task| &task.params,
        |pipeline| &pipeline.params,
    );
    let Some((run, params)) = declared else {
        return;
    };
    for param in params.iter().filter(|param| param.default.is_none()) {
        let name = param.name.as_str();
        let mut passed = run.params.iter().map(|passed| passed.name.as_str());
        if !passed.any(|passed| passed == name) && !is_injected(Caller::Run, name) {
            let message = format!("The run passes no param `{name}`, which has no default");
            problems.push(RULE.warning(param.name.span, message));
        }
    }
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let document = &check.document;
    let Some((call, name)) = calls::call_of(check, problem) else {
        return Vec::new();
    };
    let misspelt = call.misspelt(&name).map(|_| &*name);
    let mut fixes = edit::rename(document, problem.span, misspelt);
    let param = call.definition.facts.param(&name);
    let source = param.and_then(|param| source(&call, param));
    if let (Some(source), Caller::PipelineTask, None) = (source, call.caller, misspelt) {
        let star = match source.ty {
            ParamType::Array | ParamType::Object => "[*]",
            _ => "",
        };
        let item = [
            format!("name: {name}"),
            format!("value: $(params.{name}{star})"),
        ];
        let edits = edit::mapping_at(document, call.span)
            .and_then(|task| edit::add_to_list(&task, "params", &item));
        let title = format!("Pass the param `{name}` of the pipeline on");
        fixes.extend(edits.map(|edits| edit::unsafe_fix(title, edits)));
    }
    fixes
}
