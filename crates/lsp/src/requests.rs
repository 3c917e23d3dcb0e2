//! Requests that the protocol does not have: typed here, once, for Rust and for TypeScript.
//!
//! `wasm/ts/protocol.ts` is written from these types by a test below; `UPDATE=1` renews it.
//! Positions are the protocol's: lines from 0, columns in the encoding that was negotiated.

use lsp_types::{Location, Position, Range, TextDocumentIdentifier, Url, request::Request};
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod typescript;

/// The pipelines of a document as graphs, for pictures of them.
pub enum PipelineGraphs {}

impl Request for PipelineGraphs {
    type Params = PipelineGraphParams;
    type Result = PipelineGraphResult;
    const METHOD: &'static str = "konflux/pipelineGraph";
}

/// Which files there are, asked of a client whose server cannot look for itself.
pub enum ListFiles {}

impl Request for ListFiles {
    type Params = ListFilesParams;
    type Result = ListFilesResult;
    const METHOD: &'static str = "konflux/listFiles";
}

/// What is in some files, asked of a client whose server cannot look for itself.
pub enum ReadFiles {}

impl Request for ReadFiles {
    type Params = ReadFilesParams;
    type Result = ReadFilesResult;
    const METHOD: &'static str = "konflux/readFiles";
}

/// Asks for the graphs of a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PipelineGraphParams {
    /// The document, open or not.
    #[cfg_attr(test, ts(type = "TextDocumentIdentifier"))]
    pub text_document: TextDocumentIdentifier,
    /// Where the cursor is: the answer then says what stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "Position"))]
    pub position: Option<Position>,
}

/// The graphs of a document, in the order of its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PipelineGraphResult {
    /// The version of the document that this is about; `null` when it is not open.
    pub version: Option<i32>,
    /// Its Pipelines, and the PipelineRuns that embed or name one.
    pub pipelines: Vec<PipelineGraph>,
    /// What stands at the position that was asked about.
    pub current: Option<CurrentNode>,
}

/// A place in the graphs of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CurrentNode {
    /// Index into `pipelines`.
    pub pipeline: usize,
    /// The `id` of the innermost node, if the position is in one.
    pub node: Option<String>,
}

/// One pipeline: what it is, its tasks, and what makes them wait for each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PipelineGraph {
    /// `metadata.name` or `metadata.generateName`; empty where there is none yet.
    pub name: String,
    /// The value of `kind`: `Pipeline` or `PipelineRun`.
    pub kind: String,
    /// What the pipeline is for; `null` when that cannot be said.
    pub class: Option<PipelineClassName>,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// The whole document.
    #[cfg_attr(test, ts(type = "Range"))]
    pub range: Range,
    /// Its name, else its first words.
    #[cfg_attr(test, ts(type = "Range"))]
    pub selection_range: Range,
    /// The pipeline that a run names, where it can be seen: ask for that document's graph.
    #[cfg_attr(test, ts(type = "Location | null"))]
    pub definition: Option<Location>,
    /// The tasks: those of the outermost pipeline in the order of the text, then those of pipelines
    /// that are embedded in it.
    pub nodes: Vec<GraphNode>,
    /// What makes one task wait for another.
    pub edges: Vec<GraphEdge>,
    /// Which tasks belong together. Every node is in exactly one group.
    pub groups: Vec<GraphGroup>,
    /// What is wrong in the document, by place.
    pub findings: Vec<GraphFinding>,
}

/// The words for what a pipeline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum PipelineClassName {
    /// Builds a component from source.
    Build,
    /// Releases what was built.
    Release,
    /// Tests what was built.
    IntegrationTest,
    /// Tests one task of a catalog.
    TaskUnitTest,
}

/// A task of a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct GraphNode {
    /// Unique in the pipeline, and the same after edits that leave the names of tasks alone.
    pub id: String,
    /// `name`; empty where there is none yet.
    pub name: String,
    /// It stands in `finally`: it runs after all tasks, whatever came of them.
    pub finally: bool,
    /// It has a `when`: it may be skipped.
    pub guarded: bool,
    /// It has a `matrix`: it runs several times.
    pub matrix: bool,
    /// What runs.
    pub target: GraphTarget,
    /// What the task does to artifacts, the primary role first; empty when that cannot be said.
    pub roles: Vec<String>,
    /// The names of the params that it is given.
    pub params: Vec<String>,
    /// The names of its results that somebody uses.
    pub results: Vec<String>,
    /// All of it.
    #[cfg_attr(test, ts(type = "Range"))]
    pub range: Range,
    /// Its name, else its first words.
    #[cfg_attr(test, ts(type = "Range"))]
    pub selection_range: Range,
    /// What is wrong in it: indices into `findings`.
    pub findings: Vec<usize>,
}

/// What a task of a pipeline runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct GraphTarget {
    /// How it is given.
    pub kind: GraphTargetKind,
    /// A few words, such as `buildah 0.2`; empty where nothing can be said.
    pub description: String,
    /// Where it is defined, where that can be seen.
    #[cfg_attr(test, ts(type = "Location | null"))]
    pub definition: Option<Location>,
}

/// The ways to say what a task of a pipeline runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum GraphTargetKind {
    /// A task defined elsewhere.
    TaskRef,
    /// A task written out in the pipeline.
    TaskSpec,
    /// A pipeline defined elsewhere.
    PipelineRef,
    /// A pipeline written out in the pipeline: its tasks are nodes of their own.
    PipelineSpec,
    /// Nothing that can be read, yet.
    Missing,
}

/// Why one task waits for another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct GraphEdge {
    /// The `id` of the task that runs first.
    pub from: String,
    /// The `id` of the task that waits.
    pub to: String,
    /// What makes it wait.
    pub kind: GraphEdgeKind,
    /// The result that is used, except for `runAfter`.
    pub result: Option<String>,
    /// The result names or holds an artifact.
    pub artifact: bool,
    /// The words that make the edge; at least one.
    #[cfg_attr(test, ts(type = "Range[]"))]
    pub ranges: Vec<Range>,
}

/// What makes a task wait for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum GraphEdgeKind {
    /// It is named in `runAfter`.
    RunAfter,
    /// One of its results is passed on.
    Result,
    /// One of its results, or its status, decides whether the task runs.
    When,
}

/// Tasks that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct GraphGroup {
    /// What kind of group.
    pub kind: GraphGroupKind,
    /// For groups of an embedded pipeline: the `id` of the node that embeds it.
    pub parent: Option<String>,
    /// The `id`s of its nodes, in the order of the text.
    pub nodes: Vec<String>,
}

/// The kinds of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum GraphGroupKind {
    /// The `tasks` of a pipeline.
    Tasks,
    /// The `finally` of a pipeline.
    Finally,
}

/// What is wrong, in short: the diagnostics of the document say more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct GraphFinding {
    /// The rule's name.
    pub rule: String,
    /// As diagnostics count: 1 error, 2 warning, 3 information, 4 hint.
    pub severity: u8,
    /// What is wrong.
    pub message: String,
    /// Where.
    #[cfg_attr(test, ts(type = "Range"))]
    pub range: Range,
}

/// Asks for the YAML files below some folders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ListFilesParams {
    /// The folders.
    #[cfg_attr(test, ts(type = "DocumentUri[]"))]
    pub folders: Vec<Url>,
    /// How many files are looked at, at most.
    pub limit: usize,
}

/// The files whose names end in `.yaml` or `.yml`, and those named `kustomization` or
/// `Kustomization`, hidden folders included, `.git` and `node_modules` and whatever the client
/// leaves out of searches excluded; and every `.konflux-ls.yaml` in a folder above that can be
/// reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ListFilesResult {
    /// The files, in any order.
    #[cfg_attr(test, ts(type = "DocumentUri[]"))]
    pub files: Vec<Url>,
    /// There are more than were asked for.
    #[serde(default)]
    pub more: bool,
}

/// Asks for the texts of some files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReadFilesParams {
    /// The files. Some may have vanished since they were listed.
    #[cfg_attr(test, ts(type = "DocumentUri[]"))]
    pub files: Vec<Url>,
}

/// The texts, in the order in which they were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReadFilesResult {
    /// As saved, whether or not the file is open in an editor. `null` for a file that is gone,
    /// that is not UTF-8, or that a listing would leave out.
    pub texts: Vec<Option<String>>,
}
