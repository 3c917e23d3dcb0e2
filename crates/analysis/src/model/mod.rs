//! One YAML document as Tekton sees it: owned, typed, with a place for everything.
//!
//! The model is built in **one** traversal ([`Model::of`]) and kept with the document. Whatever
//! nests (tasks in `tasks` and `finally`, a `taskSpec`, a `pipelineSpec` in a run) lands in the
//! flat lists [`Model::pipelines`], [`Model::tasks`] and [`Model::references`], so that a rule
//! that loops over a list cannot miss a place.
//!
//! The model is tolerant: what is missing or of the wrong shape is absent here, never an error.
//! All spans are relative to the document.

mod build;
mod parts;
mod reference;

use std::sync::Arc;

use konflux_syntax::{Document, Span};

pub use parts::{
    Argument, Binding, Matrix, Param, ParamType, ResultDecl, Value, ValueType, When, WorkspaceDecl,
};
pub(crate) use reference::sole_param;
pub use reference::{Accessor, RefKind, Reference};

/// A word of the document with its place.
///
/// The span covers the scalar as written, quotes included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// The decoded text.
    pub value: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

impl Text {
    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

/// What kind of object a document describes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Kind {
    /// `kind: Task` (or the retired ClusterTask).
    Task,
    /// `kind: StepAction`.
    StepAction,
    /// `kind: Pipeline`.
    Pipeline,
    /// `kind: PipelineRun`.
    PipelineRun,
    /// `kind: TaskRun`.
    TaskRun,
    /// Another kind of the `tekton.dev` group.
    OtherTekton,
    /// A stub in a catalog that points to the bundle of a task released elsewhere
    /// (`task_bundle: …`).
    ExternalTask,
    /// A `kustomization.yaml`.
    Kustomization,
    /// A JSON 6902 patch for kustomize.
    Patch,
    /// Anything else.
    #[default]
    Other,
}

impl Kind {
    /// Is it one of the kinds of the `tekton.dev` API group?
    pub fn is_tekton(self) -> bool {
        !matches!(
            self,
            Kind::ExternalTask | Kind::Kustomization | Kind::Patch | Kind::Other
        )
    }
}

/// One document.
#[derive(Debug, Default)]
pub struct Model {
    /// What it describes.
    pub kind: Kind,
    /// The value of `apiVersion`.
    pub api_version: Option<Text>,
    /// The value of `kind`.
    pub api_kind: Option<Text>,
    /// `metadata.name`.
    pub name: Option<Text>,
    /// `metadata.generateName`.
    pub generate_name: Option<Text>,
    /// `metadata.labels`.
    pub labels: Vec<Entry>,
    /// `metadata.annotations`.
    pub annotations: Vec<Entry>,
    /// `task_bundle`, of a stub.
    pub task_bundle: Option<Text>,
    /// What a PipelineRun or TaskRun says on its own level.
    pub run: Option<Run>,
    /// The pipeline of the document and every embedded one. In a Pipeline or a PipelineRun with a
    /// `pipelineSpec`, the first is the outermost.
    pub pipelines: Vec<Pipeline>,
    /// The task (or step action) of the document and every embedded one, in source order.
    pub tasks: Vec<Task>,
    /// Every `$(…)` that Tekton would substitute, in source order.
    pub references: Vec<Reference>,
}

impl Model {
    /// The model of a document; computed once.
    pub fn of(document: &Document<'_>) -> Arc<Model> {
        document.memo(|| build::build(document))
    }

    /// The Pipeline that this document is, or the one it embeds as a run.
    pub fn main_pipeline(&self) -> Option<&Pipeline> {
        self.pipelines
            .first()
            .filter(|pipeline| pipeline.owner.is_document())
    }

    /// The Task or StepAction that this document is, or the task it embeds as a TaskRun.
    pub fn main_task(&self) -> Option<&Task> {
        self.tasks.first().filter(|task| task.owner.is_document())
    }

    /// All tasks of all pipelines.
    pub fn pipeline_tasks(&self) -> impl Iterator<Item = (&Pipeline, &PipelineTask)> {
        self.pipelines
            .iter()
            .flat_map(|pipeline| pipeline.tasks.iter().map(move |task| (pipeline, task)))
    }

    /// The references inside a span.
    pub fn references_in(&self, span: Span) -> &[Reference] {
        let from = self
            .references
            .partition_point(|reference| reference.span.start < span.start);
        let to = self
            .references
            .partition_point(|reference| reference.span.start < span.end);
        self.references.get(from..to).unwrap_or_default()
    }

    /// The reference at a place.
    pub fn reference_at(&self, offset: u32) -> Option<&Reference> {
        let after = self
            .references
            .partition_point(|reference| reference.span.start <= offset);
        let reference = self.references.get(after.checked_sub(1)?)?;
        (offset <= reference.span.end).then_some(reference)
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&Entry> {
        self.labels.iter().find(|entry| &*entry.key.value == key)
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&Entry> {
        self.annotations
            .iter()
            .find(|entry| &*entry.key.value == key)
    }
}

/// A label or annotation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Text,
    /// The value.
    pub value: Text,
}

/// Where an object with a spec stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// It is the document itself (`spec` of a Task, StepAction or Pipeline).
    Document,
    /// It is the `pipelineSpec` or `taskSpec` of a run.
    Run,
    /// It is embedded in a task of a pipeline.
    PipelineTask(PipelineTaskId),
}

impl Owner {
    /// Does the object stand on the outermost level of the document (itself or its run)?
    pub fn is_document(self) -> bool {
        matches!(self, Owner::Document | Owner::Run)
    }
}

/// Names a task of a pipeline inside a [`Model`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PipelineTaskId {
    /// Index into [`Model::pipelines`].
    pub pipeline: u32,
    /// Index into [`Pipeline::tasks`].
    pub task: u32,
}

/// A PipelineRun or TaskRun.
#[derive(Debug, Default)]
pub struct Run {
    /// The whole `spec`.
    pub span: Option<Span>,
    /// `params`.
    pub params: Vec<Argument>,
    /// `workspaces`; their `workspace` is absent.
    pub workspaces: Vec<Binding>,
    /// `pipelineRef` or `taskRef`.
    pub target: Option<TaskRef>,
    /// Does it embed its pipeline or task?
    pub embedded: bool,
}

/// A pipeline: a document of that kind, or a `pipelineSpec`.
#[derive(Debug)]
pub struct Pipeline {
    /// Where it stands.
    pub owner: Owner,
    /// The whole spec.
    pub span: Span,
    /// `description`.
    pub description: Option<Span>,
    /// `params`.
    pub params: Vec<Param>,
    /// `workspaces`.
    pub workspaces: Vec<WorkspaceDecl>,
    /// `results`.
    pub results: Vec<ResultDecl>,
    /// `tasks` and `finally`, in source order.
    pub tasks: Vec<PipelineTask>,
}

impl Pipeline {
    fn new(owner: Owner, span: Span) -> Pipeline {
        Pipeline {
            owner,
            span,
            description: None,
            params: Vec::new(),
            workspaces: Vec::new(),
            results: Vec::new(),
            tasks: Vec::new(),
        }
    }

    /// The first task with a name.
    pub fn task(&self, name: &str) -> Option<&PipelineTask> {
        self.tasks.iter().find(|task| task.is_named(name))
    }

    /// The declaration of a param.
    pub fn param(&self, name: &str) -> Option<&Param> {
        parts::find_param(&self.params, name)
    }

    /// The declaration of a workspace.
    pub fn workspace(&self, name: &str) -> Option<&WorkspaceDecl> {
        self.workspaces
            .iter()
            .find(|workspace| &*workspace.name.value == name)
    }
}

/// A task of a pipeline, in `tasks` or `finally`.
#[derive(Debug)]
pub struct PipelineTask {
    /// Which one it is.
    pub id: PipelineTaskId,
    /// `name`, where there is one.
    pub name: Option<Text>,
    /// The whole item.
    pub span: Span,
    /// Does it stand in `finally`?
    pub finally: bool,
    /// What runs.
    pub target: PipelineTaskTarget,
    /// `params`.
    pub params: Vec<Argument>,
    /// `matrix`.
    pub matrix: Option<Matrix>,
    /// `workspaces`.
    pub workspaces: Vec<Binding>,
    /// `when`.
    pub when: Vec<When>,
    /// `runAfter`.
    pub run_after: Vec<Text>,
    /// The keys of the item that hold lists, for those who add to one or remove it.
    pub keys: Vec<Text>,
}

impl PipelineTask {
    /// Does it have this name?
    pub fn is_named(&self, name: &str) -> bool {
        self.name.as_ref().is_some_and(|text| &*text.value == name)
    }

    /// Where to point when the whole task is meant: its name, or the start of the item.
    pub fn place(&self) -> Span {
        self.name.as_ref().map_or(self.span, |name| name.span)
    }

    /// The reference to a task defined elsewhere.
    pub fn task_ref(&self) -> Option<&TaskRef> {
        match &self.target {
            PipelineTaskTarget::Task(reference) => Some(reference),
            _ => None,
        }
    }

    /// All params that get a value here, also those of the matrix.
    pub fn arguments(&self) -> impl Iterator<Item = &Argument> {
        let matrix = self.matrix.iter();
        self.params.iter().chain(
            matrix.flat_map(|matrix| matrix.params.iter().chain(matrix.include.iter().flatten())),
        )
    }
}

/// What a task of a pipeline runs.
#[derive(Debug)]
pub enum PipelineTaskTarget {
    /// `taskRef`.
    Task(TaskRef),
    /// `taskSpec`: index into [`Model::tasks`].
    Embedded(u32),
    /// `pipelineRef`.
    Pipeline(TaskRef),
    /// `pipelineSpec`: index into [`Model::pipelines`].
    EmbeddedPipeline(u32),
    /// Nothing that can be read.
    Missing,
}

/// `taskRef`, `pipelineRef` or a step's `ref`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskRef {
    /// The whole mapping.
    pub span: Span,
    /// `name`.
    pub name: Option<Text>,
    /// `version`: not Tekton's, but the build catalog's.
    pub version: Option<Text>,
    /// `kind`.
    pub kind: Option<Text>,
    /// `apiVersion`.
    pub api_version: Option<Text>,
    /// `resolver`.
    pub resolver: Option<Text>,
    /// `bundle`, of v1beta1.
    pub bundle: Option<Text>,
    /// The params of the resolver.
    pub params: Vec<Argument>,
    /// What its `url` is by default, when it is a param of the pipeline.
    pub default_url: Option<Text>,
}

impl TaskRef {
    /// The repository of the git resolver: its `url`, or what that is by default.
    pub fn url(&self) -> Option<&Text> {
        self.default_url.as_ref().or_else(|| self.param("url"))
    }

    /// The value of a param of the resolver, where it is written out as text.
    pub fn param(&self, name: &str) -> Option<&Text> {
        self.params
            .iter()
            .find(|argument| &*argument.name.value == name)?
            .value
            .text
            .as_ref()
    }

    /// Does the reference leave the `tekton.dev` group (a custom task)?
    pub fn is_custom(&self) -> bool {
        self.api_version.as_ref().is_some_and(|version| {
            !version.value.is_empty() && !version.value.starts_with("tekton.dev/")
        })
    }
}

/// A task: a document of that kind, a StepAction (one step), or a `taskSpec`.
#[derive(Debug)]
pub struct Task {
    /// Where it stands.
    pub owner: Owner,
    /// Is it a StepAction?
    pub step_action: bool,
    /// The whole spec.
    pub span: Span,
    /// `description`.
    pub description: Option<Span>,
    /// Is it a custom task (`apiVersion` and `kind` inside the `taskSpec`), about which nothing is known?
    pub custom: bool,
    /// `params`.
    pub params: Vec<Param>,
    /// `workspaces`.
    pub workspaces: Vec<WorkspaceDecl>,
    /// `results`.
    pub results: Vec<ResultDecl>,
    /// `steps`.
    pub steps: Vec<Step>,
    /// The names of `sidecars`.
    pub sidecars: Vec<Text>,
    /// The names of `volumes`.
    pub volumes: Vec<Text>,
}

impl Task {
    /// The declaration of a param.
    pub fn param(&self, name: &str) -> Option<&Param> {
        parts::find_param(&self.params, name)
    }

    /// The declaration of a workspace.
    pub fn workspace(&self, name: &str) -> Option<&WorkspaceDecl> {
        self.workspaces
            .iter()
            .find(|workspace| &*workspace.name.value == name)
    }

    /// The declaration of a result.
    pub fn result(&self, name: &str) -> Option<&ResultDecl> {
        self.results
            .iter()
            .find(|result| &*result.name.value == name)
    }
}

/// A step of a task.
#[derive(Debug)]
pub struct Step {
    /// `name`.
    pub name: Option<Text>,
    /// The whole item.
    pub span: Span,
    /// `image`.
    pub image: Option<Text>,
    /// `script`: where its content stands.
    pub script: Option<Span>,
    /// `ref`: the StepAction that runs.
    pub action: Option<TaskRef>,
    /// `params` for that StepAction.
    pub params: Vec<Argument>,
    /// `results`, declared by the step.
    pub results: Vec<ResultDecl>,
    /// `workspaces` of the step.
    pub workspaces: Vec<Text>,
}

/// Where a reference stands: enough to know which names are in scope there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Site {
    /// The enclosing pipeline: index into [`Model::pipelines`].
    pub pipeline: Option<u32>,
    /// The enclosing task of that pipeline: index into [`Pipeline::tasks`].
    pub pipeline_task: Option<u32>,
    /// The enclosing task or `taskSpec`: index into [`Model::tasks`].
    pub task: Option<u32>,
    /// The enclosing step: index into [`Task::steps`].
    pub step: Option<u32>,
    /// In which field.
    pub part: Part,
}

/// The field in which a reference stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Part {
    /// A value of `params` of a run, pipeline task or step.
    Argument,
    /// `default` of a declared param.
    Default,
    /// `matrix`.
    Matrix,
    /// `when`.
    When,
    /// `workspaces` (`subPath` and the like).
    Workspace,
    /// Inside `taskRef`, `pipelineRef` or `ref`, params of the resolver included.
    TaskRef,
    /// The value of a result.
    Result,
    /// A step's `script`.
    Script,
    /// A step's `command` or `args`.
    Command,
    /// A step's `env`.
    Env,
    /// A step's `image`.
    Image,
    /// A step's `workingDir`.
    WorkingDir,
    /// A step's `volumeMounts`.
    VolumeMount,
    /// `stepTemplate`.
    StepTemplate,
    /// `sidecars`.
    Sidecar,
    /// `volumes`.
    Volume,
    /// `displayName` or `description`.
    Prose,
    /// Anywhere else inside a spec.
    #[default]
    Other,
}
