//! See [`RULE`].

use konflux_syntax::Span;

use super::{On, edit, scope};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::{Model, Owner, Part, Pipeline, PipelineTaskTarget, RefKind, Site};
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// A workspace is used that nobody declares.
    ///
    /// A pipeline declares the workspaces that it hands to its tasks, a task those that its steps ask
    /// for; Tekton rejects documents that do not. What it does not look at is reported as a warning: the
    /// text `$(workspaces.x.path)` of an unknown workspace, and the bindings of a pipeline that is embedded
    /// in a run. A `taskSpec` also sees the workspaces of its pipeline and of the run.
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
    ///       workspaces:
    ///         - name: source
    ///           workspace: shared
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
    ///   workspaces:
    ///     - name: shared
    ///   tasks:
    ///     - name: build
    ///       workspaces:
    ///         - name: source
    ///           workspace: shared
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub(crate) static RULE {
        name: "undeclared-workspace",
        group: Declarations,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let model = check.model;
    for (pipeline, task) in model.pipeline_tasks() {
        // An embedded pipeline or task may be handed whatever there is.
        let severity = match (pipeline.owner, &task.target) {
            (Owner::Document, _) if !scope::sees_run(check) => RULE.severity,
            (_, PipelineTaskTarget::EmbeddedPipeline(_)) => continue,
            _ => Severity::Warning,
        };
        let names = of_pipeline(model, pipeline);
        for binding in &task.workspaces {
            let name = binding.source();
            let before = problems.len();
            report(severity, name.as_str(), name.span, &names, problems);
            // There is always the declaration that is missing.
            problems[before..]
                .iter_mut()
                .for_each(|problem| problem.fixable = true);
        }
    }
    for (at, task) in model
        .tasks
        .iter()
        .enumerate()
        .filter(|(_, task)| !task.custom)
    {
        let names: Vec<&str> = task
            .workspaces
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        for name in task.steps.iter().flat_map(|step| &step.workspaces) {
            report(RULE.severity, name.as_str(), name.span, &names, problems);
        }
        check_text(check, at as u32, problems);
    }
}

/// `$(workspaces.x.…)` inside a task: Tekton does not look.
fn check_text(check: &Check<'_>, task: u32, problems: &mut Vec<Problem>) {
    let model = check.model;
    let owner = &model.tasks[task as usize];
    if owner.step_action || scope::sees_run(check) {
        // A StepAction uses the workspaces of whatever task it becomes part of, and what is put
        // into a run those of the run.
        return;
    }
    for reference in model.references_in(owner.span) {
        let RefKind::Workspace { workspace, .. } = &reference.kind else {
            continue;
        };
        if matches!(reference.site.part, Part::Prose) || reference.site.task != Some(task) {
            continue;
        }
        let names = in_task(model, reference.site);
        let (name, span) = (workspace.as_str(), workspace.span);
        report(Severity::Warning, name, span, &names, problems);
    }
}

fn report(severity: Severity, name: &str, span: Span, names: &[&str], problems: &mut Vec<Problem>) {
    // A variable may stand for any of them.
    if names.contains(&name) || name.contains("$(") {
        return;
    }
    let message = format!("The workspace `{name}` is not declared");
    let mut problem = RULE.problem(span, message);
    problem.severity = severity;
    if let Some(nearest) = nearest(name, names.iter().copied()) {
        problem = problem.help(did_you_mean(nearest)).fixable();
    }
    problems.push(problem);
}

/// What a pipeline can hand to its tasks.
fn of_pipeline<'m>(model: &'m Model, pipeline: &'m Pipeline) -> Vec<&'m str> {
    let mut names: Vec<&str> = pipeline
        .workspaces
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    if pipeline.owner != Owner::Document {
        let run = model.run.iter().flat_map(|run| &run.workspaces);
        names.extend(run.map(|binding| binding.name.as_str()));
    }
    if let Owner::PipelineTask(id) = pipeline.owner {
        let outer = &model.pipelines[id.pipeline as usize];
        let task = &outer.tasks[id.task as usize];
        names.extend(task.workspaces.iter().map(|binding| binding.name.as_str()));
        names.extend(of_pipeline(model, outer));
    }
    names
}

/// What a task can use.
fn in_task(model: &Model, site: Site) -> Vec<&str> {
    let Some(task) = site.task.and_then(|at| model.tasks.get(at as usize)) else {
        return Vec::new();
    };
    let mut names: Vec<&str> = task
        .workspaces
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    match task.owner {
        Owner::Document => {}
        Owner::Run => {
            let run = model.run.iter().flat_map(|run| &run.workspaces);
            names.extend(run.map(|binding| binding.name.as_str()));
        }
        Owner::PipelineTask(id) => {
            let pipeline = &model.pipelines[id.pipeline as usize];
            let bound = &pipeline.tasks[id.task as usize].workspaces;
            names.extend(bound.iter().map(|binding| binding.name.as_str()));
            names.extend(of_pipeline(model, pipeline));
        }
    }
    names
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let document = &check.document;
    let model = check.model;
    let Some((pipeline, name)) = binding_at(model, problem.span) else {
        let names = names_at(model, problem.span);
        let word = document.text(problem.span);
        let word = word.trim_matches(['"', '\'']);
        return edit::rename(document, problem.span, nearest(word, names));
    };
    let nearest = nearest(name, of_pipeline(model, pipeline));
    let mut fixes = edit::rename(document, problem.span, nearest);
    fixes.extend(edit::mapping_at(document, pipeline.span).and_then(|spec| {
        let item = [format!("name: {name}")];
        let edits = edit::add_to_list(&spec, "workspaces", &item)?;
        Some(Fix {
            preferred: nearest.is_none(),
            ..edit::unsafe_fix(format!("Declare the workspace `{name}`"), edits)
        })
    }));
    fixes
}

fn binding_at(model: &Model, place: Span) -> Option<(&Pipeline, &str)> {
    model.pipeline_tasks().find_map(|(pipeline, task)| {
        let mut bindings = task.workspaces.iter();
        let binding = bindings.find(|binding| binding.source().span == place)?;
        Some((pipeline, binding.source().as_str()))
    })
}

/// The workspaces that a step could have meant at a place, in `workspaces` or in its text.
///
/// A task is not offered a new declaration: it would break whoever calls it.
fn names_at(model: &Model, place: Span) -> Vec<&str> {
    let listed = model.tasks.iter().find(|task| {
        let mut names = task.steps.iter().flat_map(|step| &step.workspaces);
        names.any(|name| name.span == place)
    });
    match (listed, model.reference_at(place.start)) {
        (Some(task), _) => {
            let names = task.workspaces.iter();
            names.map(|one| one.name.as_str()).collect()
        }
        (None, Some(reference)) => in_task(model, reference.site),
        (None, None) => Vec::new(),
    }
}
