//! What the name at a place means: the one question behind hover and go to definition.

use std::sync::Arc;

use konflux_syntax::{Document, Span};

use super::{Location, remembered, role};
use crate::check::{Definition, Origin};
use crate::facts::Use;
use crate::finding::{Item, Target};
use crate::model::{
    Argument, Binding, Kind, Model, Param, Pipeline, PipelineTask, PipelineTaskTarget, RefKind,
    Reference, ResultDecl, Site, Step, Task, TaskRef, Text, WorkspaceDecl,
};
use crate::workspace::{Workspace, in_file};

/// A name in a document, and the declarations it leads to.
pub(super) struct Found {
    /// The name, relative to the document.
    pub(super) span: Span,
    /// Usually one.
    pub(super) declarations: Vec<Declaration>,
}

/// Something that is declared somewhere.
pub(super) struct Declaration {
    /// Where its name stands; nowhere when only a catalog index knows it.
    pub(super) location: Option<Location>,
    /// What it is, in a line of markdown.
    pub(super) heading: String,
    /// What its author says about it.
    pub(super) description: Option<String>,
}

impl Declaration {
    /// The same with something to say before its author does.
    fn with(mut self, first: Option<String>) -> Declaration {
        self.description = match (first, self.description.take()) {
            (Some(first), Some(own)) => Some(format!("{first}\n\n{own}")),
            (first, own) => first.or(own),
        };
        self
    }
}

/// Finds what the name at a place of the document means.
pub(super) fn find(
    workspace: &Workspace,
    path: &Arc<str>,
    document: &Document<'_>,
    offset: u32,
) -> Option<Found> {
    let model = Model::of(document);
    let lookup = Lookup {
        workspace,
        here: Here {
            path,
            document,
            model: &model,
        },
        offset,
    };
    lookup
        .reference()
        .or_else(|| lookup.pipeline_task())
        .or_else(|| lookup.run())
        .or_else(|| lookup.step())
}

/// A document and the file it is in.
#[derive(Clone, Copy)]
struct Here<'a> {
    path: &'a Arc<str>,
    document: &'a Document<'a>,
    model: &'a Model,
}

struct Lookup<'a> {
    workspace: &'a Workspace,
    here: Here<'a>,
    offset: u32,
}

impl<'a> Lookup<'a> {
    fn model(&self) -> &'a Model {
        self.here.model
    }

    fn at(&self, span: Span) -> bool {
        span.start <= self.offset && self.offset <= span.end
    }

    fn on(&self, text: &Text) -> bool {
        self.at(text.span)
    }

    // Places.

    fn reference(&self) -> Option<Found> {
        let reference = self.model().reference_at(self.offset)?;
        let site = reference.site;
        let declaration = match &reference.kind {
            RefKind::Param { name, .. } => self.param(site, reference, name),
            RefKind::TaskResult { task, result, .. } => {
                let target = self.sibling(site, task)?;
                if self.on(task) {
                    Some(self.here.task(target))
                } else {
                    self.result_of(target, result)
                        .or_else(|| Some(self.here.task(target)))
                }
            }
            RefKind::TaskStatus { task, .. } | RefKind::MatrixLength { task, .. } => {
                self.sibling(site, task).map(|task| self.here.task(task))
            }
            RefKind::ResultPath { result } => {
                let task = self.task(site)?;
                task.result(result.as_str())
                    .map(|result| self.here.result(result))
            }
            RefKind::StepResult { step, result, .. } => self.step_result(site, step, result),
            RefKind::StepField { step } => self
                .step_named(site, step)
                .and_then(|step| self.here.step(step)),
            RefKind::Workspace { workspace, .. } => self.workspace(site, workspace),
            RefKind::StepResultPath { .. }
            | RefKind::AggregateStatus
            | RefKind::Context { .. }
            | RefKind::Unknown { .. } => None,
        };
        Some(Found {
            span: reference.span,
            declarations: declaration.into_iter().collect(),
        })
    }

    fn pipeline_task(&self) -> Option<Found> {
        let tasks = self.model().pipeline_tasks();
        let mut around: Vec<_> = tasks.filter(|(_, task)| self.at(task.span)).collect();
        // The innermost one stands last: embedded pipelines come after those that embed them.
        let (pipeline, task) = around.pop()?;
        let after = task.run_after.iter().find(|name| self.on(name));
        if let Some(name) = after {
            let target = pipeline.task(name.as_str());
            return Some(found(name.span, target.map(|task| self.here.task(task))));
        }
        if let Some(reference) = task.task_ref().filter(|reference| self.at(reference.span)) {
            return Some(self.target(Kind::Task, reference));
        }
        if let PipelineTaskTarget::Pipeline(reference) = &task.target
            && self.at(reference.span)
        {
            return Some(self.target(Kind::Pipeline, reference));
        }
        if let Some(name) = task.name.as_ref().filter(|name| self.on(name)) {
            return self.named(task, name);
        }
        let mut arguments = task.arguments();
        if let Some(argument) = arguments.find(|argument| self.on(&argument.name)) {
            return Some(self.argument(task, argument));
        }
        let binding = task.workspaces.iter();
        let mut bindings = binding.filter(|binding| self.at(binding.span));
        bindings
            .next()
            .and_then(|binding| self.binding(pipeline, task, binding))
    }

    fn run(&self) -> Option<Found> {
        let model = self.model();
        let run = model.run.as_ref()?;
        if let Some(reference) = run.target.as_ref().filter(|target| self.at(target.span)) {
            return Some(self.target(self.run_kind(), reference));
        }
        let argument = run.params.iter().find(|argument| self.on(&argument.name));
        let binding = run.workspaces.iter().find(|binding| self.on(&binding.name));
        let name = argument
            .map(|argument| &argument.name)
            .or(binding.map(|binding| &binding.name))?;
        let item = match binding {
            Some(_) => Item::Workspace(name.value.clone()),
            None => Item::Param(name.value.clone()),
        };
        let declaration = self.here.item(&item).or_else(|| {
            let definition = self.resolve(self.run_kind(), run.target.as_ref()?)?;
            self.elsewhere(&definition, &item)
        });
        Some(found(name.span, declaration))
    }

    fn run_kind(&self) -> Kind {
        match self.model().kind {
            Kind::TaskRun => Kind::Task,
            _ => Kind::Pipeline,
        }
    }

    fn step(&self) -> Option<Found> {
        if let Some(found) = self.step_name() {
            return Some(found);
        }
        let steps = self.model().tasks.iter().flat_map(|task| &task.steps);
        let mut actions = steps.filter_map(|step| Some((step, step.action.as_ref()?)));
        let (step, reference) = actions.find(|(step, _)| self.at(step.span))?;
        if self.at(reference.span) {
            return Some(self.target(Kind::StepAction, reference));
        }
        let argument = step
            .params
            .iter()
            .find(|argument| self.on(&argument.name))?;
        let definition = self.resolve(Kind::StepAction, reference);
        let item = Item::Param(argument.name.value.clone());
        let declaration = definition.and_then(|definition| self.elsewhere(&definition, &item));
        Some(found(argument.name.span, declaration))
    }

    // Names.

    /// A reference to a task, pipeline or step action as a whole.
    fn target(&self, kind: Kind, reference: &TaskRef) -> Found {
        let definition = self.resolve(kind, reference);
        let known = definition.and_then(|definition| self.elsewhere(&definition, &Item::Name));
        let declaration = match (known, self.stub(kind, reference)) {
            // What stands for it in this repository is the nearest thing to go to.
            (Some(known), Some(stub)) => Some(Declaration {
                location: known.location.or(stub.location),
                ..known
            }),
            (known, stub) => known
                .or(stub)
                .or_else(|| self.unknown_version(kind, reference)),
        };
        found(reference.span, declaration)
    }

    /// The name of a task of a pipeline: what it runs, and what that does.
    fn named(&self, task: &PipelineTask, name: &Text) -> Option<Found> {
        let declaration = match &task.target {
            PipelineTaskTarget::Task(reference) => {
                let mut found = self.target(Kind::Task, reference);
                found.declarations.pop()
            }
            PipelineTaskTarget::Embedded(index) => {
                let Here { path, document, .. } = self.here;
                let role = role::of_embedded(self.workspace, path, document, *index);
                role.map(|role| self.here.task(task).with(Some(role)))
            }
            _ => None,
        };
        declaration.map(|declaration| found(name.span, Some(declaration)))
    }

    /// The name of a param that a task of a pipeline is given.
    fn argument(&self, task: &PipelineTask, argument: &Argument) -> Found {
        let name = argument.name.as_str();
        let item = Item::Param(argument.name.value.clone());
        let declaration = match &task.target {
            PipelineTaskTarget::Embedded(index) => {
                let spec = self.model().tasks.get(*index as usize);
                let param = spec.and_then(|spec| spec.param(name));
                param.map(|param| self.here.param(param))
            }
            _ => self
                .definition(task)
                .and_then(|definition| self.elsewhere(&definition, &item)),
        };
        found(argument.name.span, declaration)
    }

    fn binding(
        &self,
        pipeline: &Pipeline,
        task: &PipelineTask,
        binding: &Binding,
    ) -> Option<Found> {
        let source = binding.source();
        if binding.workspace.is_some() && self.on(source) {
            let declared = pipeline.workspace(source.as_str());
            let declaration = declared.map(|workspace| self.here.workspace(workspace));
            return Some(found(source.span, declaration));
        }
        if !self.on(&binding.name) {
            return None;
        }
        let name = binding.name.as_str();
        let item = Item::Workspace(binding.name.value.clone());
        let declaration = match &task.target {
            PipelineTaskTarget::Embedded(index) => {
                let spec = self.model().tasks.get(*index as usize);
                let workspace = spec.and_then(|spec| spec.workspace(name));
                workspace.map(|workspace| self.here.workspace(workspace))
            }
            _ => self
                .definition(task)
                .and_then(|definition| self.elsewhere(&definition, &item)),
        };
        Some(found(binding.name.span, declaration))
    }

    /// The declaration of a param seen from a place: the own task's, then those of the pipelines
    /// around it, then the run's.
    fn param(&self, site: Site, reference: &Reference, name: &Text) -> Option<Declaration> {
        let objects = reference.kind.object_and_key().map(|(object, _)| object);
        let mut names = std::iter::once(name.as_str()).chain(objects);
        let task = self.task(site);
        let pipelines = self.pipelines(site);
        let run = self.model().run.as_ref();
        names.find_map(|name| {
            let own = task.and_then(|task| task.param(name));
            let outer = || pipelines.iter().find_map(|pipeline| pipeline.param(name));
            if let Some(param) = own.or_else(outer) {
                return Some(self.here.param(param));
            }
            let mut passed = run?.params.iter();
            let argument = passed.find(|argument| argument.name.as_str() == name)?;
            Some(self.here.argument(argument))
        })
    }

    fn workspace(&self, site: Site, name: &Text) -> Option<Declaration> {
        let own = self
            .task(site)
            .and_then(|task| task.workspace(name.as_str()));
        let pipelines = self.pipelines(site);
        let mut outer = pipelines.iter();
        own.or_else(|| outer.find_map(|pipeline| pipeline.workspace(name.as_str())))
            .map(|workspace| self.here.workspace(workspace))
    }

    fn task(&self, site: Site) -> Option<&'a Task> {
        self.model().tasks.get(site.task? as usize)
    }

    /// The pipelines around a place, the innermost first.
    fn pipelines(&self, site: Site) -> Vec<&'a Pipeline> {
        let mut around = Vec::new();
        let mut next = site.pipeline;
        while let Some(pipeline) = next.and_then(|index| self.model().pipelines.get(index as usize))
        {
            around.push(pipeline);
            next = match pipeline.owner {
                crate::model::Owner::PipelineTask(id) => Some(id.pipeline),
                _ => None,
            };
        }
        around
    }

    fn sibling(&self, site: Site, name: &Text) -> Option<&'a PipelineTask> {
        let pipeline = self.model().pipelines.get(site.pipeline? as usize)?;
        pipeline.task(name.as_str())
    }

    fn result_of(&self, task: &PipelineTask, name: &Text) -> Option<Declaration> {
        if let PipelineTaskTarget::Embedded(index) = task.target {
            let spec = self.model().tasks.get(index as usize)?;
            return spec
                .result(name.as_str())
                .map(|result| self.here.result(result));
        }
        let definition = self.definition(task)?;
        self.elsewhere(&definition, &Item::Result(name.value.clone()))
    }

    /// The name of a step: what that step alone does.
    fn step_name(&self) -> Option<Found> {
        let tasks = self.model().tasks.iter().enumerate();
        let mut steps = tasks.flat_map(|(task, spec)| {
            let steps = spec.steps.iter().enumerate();
            steps.map(move |(at, step)| (task, at, step))
        });
        let (task, at, step) =
            steps.find(|(_, _, step)| step.name.as_ref().is_some_and(|name| self.on(name)))?;
        let role = role::of_step(self.here.document, task, at)?;
        let declaration = self.here.step(step)?.with(Some(role));
        Some(found(step.name.as_ref()?.span, Some(declaration)))
    }

    fn step_named(&self, site: Site, name: &Text) -> Option<&'a Step> {
        let mut steps = self.task(site)?.steps.iter();
        steps.find(|step| {
            step.name
                .as_ref()
                .is_some_and(|own| own.value == name.value)
        })
    }

    fn step_result(&self, site: Site, step: &Text, result: &Text) -> Option<Declaration> {
        let step_item = self.step_named(site, step)?;
        if self.on(step) {
            return self.here.step(step_item);
        }
        let mut own = step_item.results.iter();
        if let Some(result) = own.find(|own| own.name.value == result.value) {
            return Some(self.here.result(result));
        }
        let definition = self.resolve(Kind::StepAction, step_item.action.as_ref()?)?;
        self.elsewhere(&definition, &Item::Result(result.value.clone()))
    }

    // Other documents.

    fn definition(&self, task: &PipelineTask) -> Option<Definition> {
        match &task.target {
            PipelineTaskTarget::Task(reference) => self.resolve(Kind::Task, reference),
            PipelineTaskTarget::Pipeline(reference) => self.resolve(Kind::Pipeline, reference),
            _ => None,
        }
    }

    fn resolve(&self, kind: Kind, reference: &TaskRef) -> Option<Definition> {
        let question = Use::of(kind, reference);
        self.workspace.resolve(self.here.path, &question)
    }

    fn elsewhere(&self, definition: &Definition, item: &Item) -> Option<Declaration> {
        match &definition.origin {
            Origin::File(target) => {
                let declaration = self.in_file(target, |here| here.item(item))?;
                let role = match item {
                    Item::Name => role::of_target(self.workspace, target),
                    _ => None,
                };
                Some(declaration.with(role))
            }
            Origin::Catalog(found) => remembered::declaration(found, item),
        }
    }

    fn in_file(
        &self,
        target: &Target,
        declare: impl FnOnce(Here<'_>) -> Option<Declaration>,
    ) -> Option<Declaration> {
        let tree = self.workspace.tree(&target.path)?;
        let document = tree.documents().nth(target.document)?;
        declare(Here {
            path: &target.path,
            document: &document,
            model: &Model::of(&document),
        })
    }

    /// Says that a catalog knows the target of a reference, but not this version of it.
    fn unknown_version(&self, kind: Kind, reference: &TaskRef) -> Option<Declaration> {
        let question = Use::of(kind, reference);
        let (index, versions) = self.workspace.other_versions(self.here.path, &question)?;
        remembered::unknown_version(&question, &index, &versions)
    }

    /// The stub in this repository of a task that is released elsewhere.
    fn stub(&self, kind: Kind, reference: &TaskRef) -> Option<Declaration> {
        let question = Use::of(kind, reference);
        let stub = self.workspace.stub(self.here.path, &question)?;
        let facts = self.workspace.facts(&stub)?;
        let name = facts.name.as_deref().unwrap_or_default();
        let version = facts.version.as_deref().unwrap_or_default();
        self.in_file(&stub, |here| {
            let bundle = here.model.task_bundle.as_ref()?;
            let heading = format!("Task `{name}` {version}, released as `{}`", bundle.as_str());
            let unknown = "What it takes and gives is unknown here: no catalog knows this version.";
            Some(Declaration {
                description: Some(unknown.to_owned()),
                ..here.declaration(bundle.span, heading, None)
            })
        })
    }
}

fn found(span: Span, declaration: Option<Declaration>) -> Found {
    Found {
        span,
        declarations: declaration.into_iter().collect(),
    }
}

/// Declarations of one document.
impl Here<'_> {
    fn declaration(&self, name: Span, heading: String, description: Option<Span>) -> Declaration {
        Declaration {
            location: Some(Location {
                path: self.path.clone(),
                range: in_file(self.document, name),
            }),
            heading,
            description: description.and_then(|span| self.prose(span)),
        }
    }

    fn prose(&self, span: Span) -> Option<String> {
        let node = self.document.node_at(span.start)?;
        let text = node.text();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The declaration of something that others may refer to.
    fn item(self, item: &Item) -> Option<Declaration> {
        match item {
            Item::Name => self.whole(),
            Item::Param(name) => self.main_param(name),
            Item::Result(name) => self.main_result(name),
            Item::Workspace(name) => self.main_workspace(name),
            // Places of findings, not names that anybody refers to.
            Item::Role(_) | Item::EmbeddedRole(..) | Item::Task(_) => None,
        }
    }

    /// The document as a whole: the task, pipeline or step action that it defines.
    fn whole(self) -> Option<Declaration> {
        let model = self.model;
        let name = model.name.as_ref()?;
        let kind = model.api_kind.as_ref().map_or("", Text::as_str);
        let version = model.label("app.kubernetes.io/version");
        let version = version.map(|entry| format!(" {}", entry.value.as_str()));
        let heading = format!("{kind} `{}`{}", name.as_str(), version.unwrap_or_default());
        let description = match (model.main_task(), model.main_pipeline()) {
            (Some(task), _) => task.description,
            (None, Some(pipeline)) => pipeline.description,
            (None, None) => None,
        };
        Some(self.declaration(name.span, heading, description))
    }

    fn main_param(self, name: &str) -> Option<Declaration> {
        let of_task = self.model.main_task().and_then(|task| task.param(name));
        let of_pipeline = || self.model.main_pipeline()?.param(name);
        of_task.or_else(of_pipeline).map(|param| self.param(param))
    }

    fn main_result(self, name: &str) -> Option<Declaration> {
        let result = self.model.main_task()?.result(name)?;
        Some(self.result(result))
    }

    fn main_workspace(self, name: &str) -> Option<Declaration> {
        let of_task = self.model.main_task().and_then(|task| task.workspace(name));
        let of_pipeline = || self.model.main_pipeline()?.workspace(name);
        let workspace = of_task.or_else(of_pipeline)?;
        Some(self.workspace(workspace))
    }

    fn param(&self, param: &Param) -> Declaration {
        let mut heading = format!("param `{}`: {}", param.name.as_str(), param.ty.as_str());
        match &param.default {
            None => heading.push_str(", required"),
            Some(default) => match &default.text {
                Some(text) if text.as_str().is_empty() => heading.push_str(", empty by default"),
                Some(text) => heading.push_str(&format!(", default `{}`", text.as_str())),
                None => heading.push_str(", optional"),
            },
        }
        self.declaration(param.name.span, heading, param.description)
    }

    /// A param of a run that nobody declares: it propagates as it is.
    fn argument(&self, argument: &Argument) -> Declaration {
        let heading = format!("param `{}`, given by the run", argument.name.as_str());
        self.declaration(argument.name.span, heading, None)
    }

    fn result(&self, result: &ResultDecl) -> Declaration {
        let heading = format!("result `{}`: {}", result.name.as_str(), result.ty.as_str());
        self.declaration(result.name.span, heading, result.description)
    }

    fn workspace(&self, workspace: &WorkspaceDecl) -> Declaration {
        let optional = if workspace.optional { ", optional" } else { "" };
        let heading = format!("workspace `{}`{optional}", workspace.name.as_str());
        self.declaration(workspace.name.span, heading, workspace.description)
    }

    fn task(&self, task: &PipelineTask) -> Declaration {
        let name = task.name.as_ref().map_or("", Text::as_str);
        let finally = if task.finally { " (finally)" } else { "" };
        self.declaration(task.place(), format!("task `{name}`{finally}"), None)
    }

    fn step(&self, step: &Step) -> Option<Declaration> {
        let name = step.name.as_ref()?;
        Some(self.declaration(name.span, format!("step `{}`", name.as_str()), None))
    }
}
