//! The picture of a pipeline: its tasks, and what makes one wait for another.
//!
//! It shows what is there, however unfinished: a `runAfter` that names nobody makes no edge, a
//! task without a name is still a node.

use std::ops::Range;
use std::sync::Arc;

use konflux_syntax::{Document, Span};

use super::Location;
use crate::check::{Definition, Origin};
use crate::classify::{PipelineClass, file_stem};
use crate::duties;
use crate::facts::Use;
use crate::finding::Item;
use crate::model::{
    Kind, Model, Owner, Part, Pipeline, PipelineTask, PipelineTaskTarget, RefKind, Reference,
    TaskRef, Text,
};
use crate::roles::Role;
use crate::workspace::{Workspace, in_file};

/// The graph of a Pipeline, or of a PipelineRun and what it embeds. Places are bytes of the file.
#[derive(Clone, PartialEq, Debug)]
pub struct Graph {
    /// `metadata.name` or `metadata.generateName`.
    pub name: Option<String>,
    /// The value of `kind`.
    pub api_kind: String,
    /// What the pipeline is for.
    pub class: Option<PipelineClass>,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// The whole document.
    pub range: Range<usize>,
    /// Its name, else its kind.
    pub selection: Range<usize>,
    /// The pipeline that a run names.
    pub definition: Option<Location>,
    /// The tasks: first those of the outermost pipeline, then those of embedded ones.
    pub nodes: Vec<Node>,
    /// What makes them wait.
    pub edges: Vec<Edge>,
}

/// A task of a pipeline.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Its name, or nothing.
    pub name: String,
    /// The node whose pipeline it belongs to, by index, for tasks of embedded pipelines.
    pub parent: Option<usize>,
    /// Does it stand in `finally`?
    pub finally: bool,
    /// Has it a `when`?
    pub guarded: bool,
    /// Has it a `matrix`?
    pub matrix: bool,
    /// How it is given what it runs.
    pub target: Target,
    /// What it runs, in a few words.
    pub description: String,
    /// Where that is defined.
    pub definition: Option<Location>,
    /// What it does to artifacts, the primary role first.
    pub roles: Vec<Role>,
    /// The names of the params that it is given.
    pub params: Vec<String>,
    /// The names of its results that somebody uses.
    pub results: Vec<String>,
    /// All of it.
    pub range: Range<usize>,
    /// Its name, else its start.
    pub selection: Range<usize>,
}

/// The ways to say what a task of a pipeline runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// `taskRef`.
    TaskRef,
    /// `taskSpec`.
    TaskSpec,
    /// `pipelineRef`.
    PipelineRef,
    /// `pipelineSpec`.
    PipelineSpec,
    /// Nothing that can be read.
    Missing,
}

/// Why one task waits for another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
    /// The task that runs first, by index.
    pub from: usize,
    /// The task that waits, by index.
    pub to: usize,
    /// What makes it wait.
    pub kind: EdgeKind,
    /// The result that is used.
    pub result: Option<String>,
    /// The words that make the edge.
    pub ranges: Vec<Range<usize>>,
}

/// What makes a task wait for another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EdgeKind {
    /// `runAfter`.
    RunAfter,
    /// A result is passed on.
    Result,
    /// A result or the status decides whether it runs.
    When,
}

impl Edge {
    /// Does the result name or hold an artifact? By the names that catalogs give to such results.
    pub fn carries_artifact(&self) -> bool {
        let Some(result) = &self.result else {
            return false;
        };
        let letters = result.chars().filter(char::is_ascii_alphanumeric);
        let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        ARTIFACTS.iter().any(|end| plain.ends_with(end))
    }
}

/// How the names of results end that name or hold an artifact, without case and separators:
/// `SOURCE_ARTIFACT`, `sourceDataArtifact`, `IMAGE_URL`, `SBOM_BLOB_URL`, …
const ARTIFACTS: [&str; 8] = [
    "artifact",
    "artifacts",
    "artifactoutputs",
    "imageurl",
    "imagedigest",
    "imageref",
    "images",
    "bloburl",
];

/// The graphs of a file, in the order of its text.
pub(crate) fn graphs(workspace: &Workspace, path: &str) -> Vec<Graph> {
    let Some(file) = workspace.file(path) else {
        return Vec::new();
    };
    let tree = file.tree();
    let documents = tree.documents();
    documents
        .filter_map(|document| of_document(workspace, &file.path, &document))
        .collect()
}

fn of_document(workspace: &Workspace, path: &Arc<str>, document: &Document<'_>) -> Option<Graph> {
    let model = Model::of(document);
    if !matches!(model.kind, Kind::Pipeline | Kind::PipelineRun) {
        return None;
    }
    let kind = model.api_kind.as_ref()?;
    let drawing = Drawing {
        workspace,
        path,
        document,
        model: &model,
        first: first_nodes(&model),
    };
    let (class, _) = workspace.classification(path, document);
    let title = model.name.as_ref().or(model.generate_name.as_ref());
    let range = document.root()?.span();
    let target = model.run.as_ref().and_then(|run| run.target.as_ref());
    let mut nodes = drawing.nodes();
    let edges = drawing.edges(&mut nodes);
    Some(Graph {
        name: title.map(|title| title.value.to_string()),
        api_kind: kind.value.to_string(),
        class: class.class,
        confidence: class.confidence,
        range: in_file(document, range),
        selection: in_file(document, title.unwrap_or(kind).span),
        definition: target
            .and_then(|target| drawing.resolve(Kind::Pipeline, target))
            .and_then(|definition| drawing.location(&definition)),
        nodes,
        edges,
    })
}

/// The index of the first node of each pipeline.
fn first_nodes(model: &Model) -> Vec<usize> {
    let lengths = model.pipelines.iter().map(|pipeline| pipeline.tasks.len());
    lengths
        .scan(0, |next, length| {
            let first = *next;
            *next += length;
            Some(first)
        })
        .collect()
}

struct Drawing<'a> {
    workspace: &'a Workspace,
    path: &'a Arc<str>,
    document: &'a Document<'a>,
    model: &'a Model,
    /// The index of the first node of each pipeline.
    first: Vec<usize>,
}

impl Drawing<'_> {
    fn place(&self, span: Span) -> Range<usize> {
        in_file(self.document, span)
    }

    fn nodes(&self) -> Vec<Node> {
        let tasks = self.model.pipeline_tasks();
        tasks
            .map(|(pipeline, task)| self.node(pipeline, task))
            .collect()
    }

    fn node(&self, pipeline: &Pipeline, task: &PipelineTask) -> Node {
        let parent = match pipeline.owner {
            Owner::PipelineTask(id) => self.index(id.pipeline, id.task),
            Owner::Document | Owner::Run => None,
        };
        let definition = self.definition(task);
        let mut node = Node {
            name: task.name.as_ref().map_or("", Text::as_str).to_owned(),
            parent,
            finally: task.finally,
            guarded: !task.when.is_empty(),
            matrix: task.matrix.is_some(),
            target: target(task),
            description: self.describe(task),
            definition: definition.and_then(|definition| self.location(&definition)),
            roles: self.roles(task),
            params: task
                .arguments()
                .map(|argument| argument.name.value.to_string())
                .collect(),
            results: Vec::new(),
            range: self.place(task.span),
            selection: self.place(task.place()),
        };
        if task.name.is_none() {
            // The whole item would be too much to point at.
            node.selection.end = node.selection.start;
        }
        node
    }

    /// The roles of a task; those behind a delegation come after its own.
    fn roles(&self, task: &PipelineTask) -> Vec<Role> {
        let (duties, _) = duties::of_task(self.workspace, self.path, self.document, task);
        let behind = duties
            .inherited
            .iter()
            .flat_map(|inherited| &inherited.duties.roles);
        let mut roles = duties.roles.clone();
        for role in behind {
            if !roles.contains(role) {
                roles.push(*role);
            }
        }
        roles
    }

    fn index(&self, pipeline: u32, task: u32) -> Option<usize> {
        Some(self.first.get(pipeline as usize)? + task as usize)
    }

    /// A few words about what a task runs.
    fn describe(&self, task: &PipelineTask) -> String {
        match &task.target {
            PipelineTaskTarget::Task(reference) | PipelineTaskTarget::Pipeline(reference) => {
                describe(reference)
            }
            PipelineTaskTarget::Embedded(index) => {
                let spec = self.model.tasks.get(*index as usize);
                spec.map_or_else(String::new, |spec| count(spec.steps.len(), "step"))
            }
            PipelineTaskTarget::EmbeddedPipeline(index) => {
                let spec = self.model.pipelines.get(*index as usize);
                spec.map_or_else(String::new, |spec| count(spec.tasks.len(), "task"))
            }
            PipelineTaskTarget::Missing => String::new(),
        }
    }

    fn definition(&self, task: &PipelineTask) -> Option<Definition> {
        match &task.target {
            PipelineTaskTarget::Task(reference) => self.resolve(Kind::Task, reference),
            PipelineTaskTarget::Pipeline(reference) => self.resolve(Kind::Pipeline, reference),
            _ => None,
        }
    }

    fn resolve(&self, kind: Kind, reference: &TaskRef) -> Option<Definition> {
        self.workspace.resolve(self.path, &Use::of(kind, reference))
    }

    fn location(&self, definition: &Definition) -> Option<Location> {
        let Origin::File(target) = &definition.origin else {
            return None;
        };
        Some(Location {
            path: target.path.clone(),
            range: self.workspace.locate(target, &Item::Name)?,
        })
    }

    /// The edges in the order of the tasks that wait; notes used results on the nodes.
    fn edges(&self, nodes: &mut [Node]) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (pipeline, task) in self.model.pipeline_tasks() {
            let Some(to) = self.index(task.id.pipeline, task.id.task) else {
                continue;
            };
            for name in &task.run_after {
                if let Some(from) = self.sibling(pipeline, task.id.pipeline, name) {
                    join(
                        &mut edges,
                        from,
                        to,
                        EdgeKind::RunAfter,
                        None,
                        self.place(name.span),
                    );
                }
            }
            let inside = self.model.references_in(task.span).iter();
            for reference in inside.filter(|reference| stands_in(reference, task)) {
                self.use_of(reference, to, &mut edges);
            }
        }
        for reference in &self.model.references {
            if let (Some(from), Some(result)) = self.used(reference) {
                let results = &mut nodes[from].results;
                if !results.iter().any(|known| known == result.as_str()) {
                    results.push(result.value.to_string());
                }
            }
        }
        edges
    }

    fn use_of(&self, reference: &Reference, to: usize, edges: &mut Vec<Edge>) {
        let (Some(from), result) = self.used(reference) else {
            return;
        };
        let kind = match (reference.site.part, result) {
            (Part::When, _) => EdgeKind::When,
            (_, Some(_)) => EdgeKind::Result,
            // To know how a task ended is not to wait for it: `finally` waits for all.
            (_, None) => return,
        };
        join(edges, from, to, kind, result, self.place(reference.span));
    }

    /// The node and the result that a reference uses.
    fn used<'r>(&self, reference: &'r Reference) -> (Option<usize>, Option<&'r Text>) {
        let (task, result) = match &reference.kind {
            RefKind::TaskResult { task, result, .. } => (task, Some(result)),
            RefKind::MatrixLength { task, result } => (task, result.as_ref()),
            RefKind::TaskStatus { task, .. } => (task, None),
            _ => return (None, None),
        };
        let index = reference.site.pipeline;
        let pipeline = index.and_then(|index| self.model.pipelines.get(index as usize));
        let node = pipeline.zip(index);
        (
            node.and_then(|(pipeline, index)| self.sibling(pipeline, index, task)),
            result,
        )
    }

    /// The task of a pipeline with a name.
    fn sibling(&self, pipeline: &Pipeline, index: u32, name: &Text) -> Option<usize> {
        let task = pipeline.task(name.as_str())?;
        self.index(index, task.id.task)
    }
}

/// Not in a pipeline that the task embeds: such a reference is about that pipeline's tasks.
fn stands_in(reference: &Reference, task: &PipelineTask) -> bool {
    let site = reference.site;
    site.pipeline == Some(task.id.pipeline) && site.pipeline_task == Some(task.id.task)
}

fn join(
    edges: &mut Vec<Edge>,
    from: usize,
    to: usize,
    kind: EdgeKind,
    result: Option<&Text>,
    range: Range<usize>,
) {
    let result = result.map(Text::as_str);
    let same = |edge: &&mut Edge| {
        (edge.from, edge.to, edge.kind) == (from, to, kind) && edge.result.as_deref() == result
    };
    match edges.iter_mut().find(same) {
        Some(edge) => edge.ranges.push(range),
        None => edges.push(Edge {
            from,
            to,
            kind,
            result: result.map(str::to_owned),
            ranges: vec![range],
        }),
    }
}

fn target(task: &PipelineTask) -> Target {
    match task.target {
        PipelineTaskTarget::Task(_) => Target::TaskRef,
        PipelineTaskTarget::Embedded(_) => Target::TaskSpec,
        PipelineTaskTarget::Pipeline(_) => Target::PipelineRef,
        PipelineTaskTarget::EmbeddedPipeline(_) => Target::PipelineSpec,
        PipelineTaskTarget::Missing => Target::Missing,
    }
}

/// Name and version, as far as the reference says them.
fn describe(reference: &TaskRef) -> String {
    let path = reference.param("pathInRepo").map(Text::as_str);
    let name = reference.name.as_ref().or_else(|| reference.param("name"));
    let name = name.map(Text::as_str).or_else(|| path.map(file_stem));
    let bundle = reference
        .bundle
        .as_ref()
        .or_else(|| reference.param("bundle"));
    let version = reference.version.as_ref().map(Text::as_str);
    let version = version.or_else(|| bundle.and_then(|bundle| tag(bundle.as_str())));
    let words = name.into_iter().chain(version);
    words.collect::<Vec<_>>().join(" ")
}

/// `quay.io/org/task-init:0.2@sha256:…` → `0.2`.
fn tag(bundle: &str) -> Option<&str> {
    let without_digest = bundle.split('@').next()?;
    let last = without_digest.rsplit('/').next()?;
    last.split_once(':').map(|(_, tag)| tag)
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
