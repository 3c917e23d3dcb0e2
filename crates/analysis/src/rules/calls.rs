//! What the rules about calls share: who calls what, with which params and workspaces.
//!
//! Only definitions that can be seen are compared, or those of which a catalog index remembers that
//! very version. A reference that leads nowhere says nothing.

use std::sync::Arc;

use konflux_syntax::Span;

use crate::catalog::Found;
use crate::check::{Check, Definition};
use crate::facts::{ParamFact, WorkspaceFact};
use crate::finding::{Item, Place, Problem};
use crate::model::{
    Argument, Binding, Kind, Pipeline, PipelineTaskId, PipelineTaskTarget, TaskRef,
};
use crate::rules::{nearest, scope};

/// Who calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// A task of a pipeline.
    PipelineTask,
    /// A PipelineRun or TaskRun.
    Run,
    /// A step, which runs a StepAction.
    Step,
}

/// One call of something that can be seen.
pub struct Call<'m> {
    /// Who calls.
    pub(crate) caller: Caller,
    /// The calling task of a pipeline.
    pub(crate) task: Option<PipelineTaskId>,
    /// Where to point when the whole call is meant.
    pub(crate) place: Span,
    /// The mapping that holds `params` and `workspaces`.
    pub(crate) span: Span,
    pub(crate) arguments: Vec<&'m Argument>,
    pub(crate) bindings: &'m [Binding],
    /// The pipeline that a calling task belongs to.
    pub(crate) pipeline: Option<&'m Pipeline>,
    /// The reference.
    pub(crate) target: Option<&'m TaskRef>,
    pub(crate) definition: Definition,
    /// Does Pipelines as Code put the definition in the place of the reference? Then it sees the
    /// params and workspaces around it.
    pub(crate) inlined: bool,
}

/// All calls of a document whose definition can be seen.
pub(crate) fn calls<'m>(check: &Check<'m>) -> Vec<Call<'m>> {
    let model: &'m crate::model::Model = check.model;
    let mut calls = Vec::new();
    if let Some(run) = &model.run
        && let Some(definition) = comparable(check.resolve_run())
    {
        let target = run.target.as_ref();
        let name = target.and_then(|target| target.name.as_ref());
        let whole = target.map(|target| target.span);
        let span = run.span.unwrap_or(Span { start: 0, end: 0 });
        calls.push(Call {
            caller: Caller::Run,
            task: None,
            place: name.map(|name| name.span).or(whole).unwrap_or(span),
            span,
            arguments: run.params.iter().collect(),
            bindings: &run.workspaces,
            pipeline: None,
            target,
            definition,
            inlined: false,
        });
    }
    for (pipeline, task) in model.pipeline_tasks() {
        if let Some(definition) = comparable(check.resolve_task(task)) {
            calls.push(Call {
                caller: Caller::PipelineTask,
                task: Some(task.id),
                place: task.place(),
                span: task.span,
                arguments: task.arguments().collect(),
                bindings: &task.workspaces,
                pipeline: Some(pipeline),
                target: match &task.target {
                    PipelineTaskTarget::Task(target) | PipelineTaskTarget::Pipeline(target) => {
                        Some(target)
                    }
                    _ => None,
                },
                definition,
                inlined: scope::is_inlined(check)
                    && task
                        .task_ref()
                        .is_some_and(|target| target.resolver.is_none()),
            });
        }
    }
    for step in model.tasks.iter().flat_map(|task| &task.steps) {
        if let Some(definition) = comparable(check.resolve_step(step)) {
            calls.push(Call {
                caller: Caller::Step,
                task: None,
                place: step.name.as_ref().map_or(step.span, |name| name.span),
                span: step.span,
                arguments: step.params.iter().collect(),
                bindings: &[],
                pipeline: None,
                target: step.action.as_ref(),
                definition,
                inlined: false,
            });
        }
    }
    calls
}

fn version(found: &Found) -> Option<&Arc<str>> {
    found.version.as_ref()
}

fn comparable(definition: Option<Definition>) -> Option<Definition> {
    definition.filter(Definition::is_comparable)
}

impl<'m> Call<'m> {
    /// What is called, in words.
    pub(crate) fn callee(&self) -> String {
        let facts = &self.definition.facts;
        let kind = match facts.kind {
            Kind::Task => "task",
            Kind::Pipeline => "pipeline",
            Kind::StepAction => "step action",
            _ => "definition",
        };
        let Some(name) = &facts.name else {
            return kind.to_owned();
        };
        match self.definition.remembered().and_then(version) {
            Some(version) => format!("{kind} `{name}` {version}"),
            None => format!("{kind} `{name}`"),
        }
    }

    /// The required params that get no value.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &ParamFact> {
        let params = self.definition.facts.params.iter();
        let missing = params.filter(|param| param.required && !self.passes(&param.name));
        missing.filter(|_| !self.is_template())
    }

    /// A base for generated pipelines, whose gaps are filled where they are generated: it refers to
    /// tasks by placeholders like `$REPLACE_ME`.
    fn is_template(&self) -> bool {
        let tasks = self.pipeline.iter().flat_map(|pipeline| &pipeline.tasks);
        let mut names = tasks.filter_map(|task| task.task_ref()?.name.as_ref());
        names.any(|name| name.as_str().contains('$') && !name.as_str().contains("$("))
    }

    fn passes(&self, name: &str) -> bool {
        let mut arguments = self.arguments.iter();
        arguments.any(|argument| argument.name.as_str() == name)
    }

    /// The params that get a value although nobody asks for it.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &'m Argument> {
        let facts = &self.definition.facts;
        let arguments = self.arguments.iter().copied();
        arguments.filter(|argument| facts.param(argument.name.as_str()).is_none())
    }

    /// The param that most likely was meant to be this missing one.
    pub(crate) fn misspelt(&self, missing: &str) -> Option<&'m Argument> {
        let unknown: Vec<_> = self.unknown().collect();
        let name = nearest(
            missing,
            unknown.iter().map(|argument| argument.name.as_str()),
        )?;
        unknown
            .into_iter()
            .find(|argument| argument.name.as_str() == name)
    }

    /// The required workspaces that are not bound.
    pub(crate) fn unbound(&self) -> impl Iterator<Item = &WorkspaceFact> {
        let workspaces = self.definition.facts.workspaces.iter();
        workspaces
            .filter(|workspace| {
                let mut bindings = self.bindings.iter();
                !workspace.optional && !bindings.any(|one| one.name.value == workspace.name)
            })
            .filter(|_| !self.inlined && !self.is_template())
    }

    /// The bindings of workspaces that the callee does not know.
    pub(crate) fn unknown_bindings(&self) -> impl Iterator<Item = &'m Binding> {
        let facts = &self.definition.facts;
        let bindings = self.bindings.iter();
        let unknown = bindings.filter(|one| facts.workspace(one.name.as_str()).is_none());
        unknown.filter(|_| !self.inlined)
    }

    /// One workspace is missing and one is unknown: they are meant to be the same.
    pub(crate) fn misnamed(&self) -> Option<(&WorkspaceFact, &'m Binding)> {
        let mut unbound = self.unbound();
        let mut unknown = self.unknown_bindings();
        let pair = (unbound.next()?, unknown.next()?);
        (unbound.next().is_none() && unknown.next().is_none()).then_some(pair)
    }
}

/// The call that a problem is about, and the name of the item it points at.
pub(crate) fn call_of<'m>(check: &Check<'m>, problem: &Problem) -> Option<(Call<'m>, Arc<str>)> {
    let mut related = problem.related.iter();
    let item = related.find_map(|related| match &related.place {
        Place::Elsewhere(_, item) | Place::Remembered(item) => match item {
            Item::Param(name) | Item::Workspace(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    })?;
    let at = problem.span;
    let call = calls(check).into_iter().find(|call| {
        call.place == at || (call.span.start <= at.start && at.end <= call.span.end)
    })?;
    Some((call, item))
}

/// The facts that the document itself exports of what it embeds: nothing else can be called there.
pub(crate) fn embedded<'m>(
    check: &Check<'m>,
    target: &PipelineTaskTarget,
) -> Option<&'m crate::model::Task> {
    match target {
        PipelineTaskTarget::Embedded(at) => check
            .model
            .tasks
            .get(*at as usize)
            .filter(|task| !task.custom),
        _ => None,
    }
}
