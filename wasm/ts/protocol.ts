// Written from crates/lsp/src/requests.rs by its tests: UPDATE=1 cargo test -p konflux-lsp.
// Requests of konflux-ls beyond the language server protocol, and the few of its types they need.

/** A URI as text. */
export type DocumentUri = string;

/** A place: line and column from 0, columns in the encoding that was negotiated. */
export interface Position {
  line: number;
  character: number;
}

/** From one place to another, exclusive. */
export interface Range {
  start: Position;
  end: Position;
}

/** A range of a document. */
export interface Location {
  uri: DocumentUri;
  range: Range;
}

/** Names a document. */
export interface TextDocumentIdentifier {
  uri: DocumentUri;
}

/** Client to server: `PipelineGraphParams` gives `PipelineGraphResult`. */
export const PIPELINE_GRAPH = "konflux/pipelineGraph";

/** Server to client: `ListFilesParams` gives `ListFilesResult`. */
export const LIST_FILES = "konflux/listFiles";

/** Server to client: `ReadFilesParams` gives `ReadFilesResult`. */
export const READ_FILES = "konflux/readFiles";

/** Asks for the graphs of a document. */
export interface PipelineGraphParams {
  /** The document, open or not. */
  textDocument: TextDocumentIdentifier;
  /** Where the cursor is: the answer then says what stands there. */
  position?: Position;
}

/** The graphs of a document, in the order of its text. */
export interface PipelineGraphResult {
  /** The version of the document that this is about; `null` when it is not open. */
  version: number | null;
  /** Its Pipelines, and the PipelineRuns that embed or name one. */
  pipelines: Array<PipelineGraph>;
  /** What stands at the position that was asked about. */
  current: CurrentNode | null;
}

/** A place in the graphs of a document. */
export interface CurrentNode {
  /** Index into `pipelines`. */
  pipeline: number;
  /** The `id` of the innermost node, if the position is in one. */
  node: string | null;
}

/** One pipeline: what it is, its tasks, and what makes them wait for each other. */
export interface PipelineGraph {
  /** `metadata.name` or `metadata.generateName`; empty where there is none yet. */
  name: string;
  /** The value of `kind`: `Pipeline` or `PipelineRun`. */
  kind: string;
  /** What the pipeline is for; `null` when that cannot be said. */
  class: PipelineClassName | null;
  /** How sure that is, from 0 to 1. */
  confidence: number;
  /** The whole document. */
  range: Range;
  /** Its name, else its first words. */
  selectionRange: Range;
  /** The pipeline that a run names, where it can be seen: ask for that document's graph. */
  definition: Location | null;
  /** The tasks: those of the outermost pipeline in the order of the text, then those of pipelines
   * that are embedded in it. */
  nodes: Array<GraphNode>;
  /** What makes one task wait for another. */
  edges: Array<GraphEdge>;
  /** Which tasks belong together. Every node is in exactly one group. */
  groups: Array<GraphGroup>;
  /** What is wrong in the document, by place. */
  findings: Array<GraphFinding>;
}

/** The words for what a pipeline is for. */
export type PipelineClassName = "build" | "release" | "integration-test" | "task-unit-test";

/** A task of a pipeline. */
export interface GraphNode {
  /** Unique in the pipeline, and the same after edits that leave the names of tasks alone. */
  id: string;
  /** `name`; empty where there is none yet. */
  name: string;
  /** It stands in `finally`: it runs after all tasks, whatever came of them. */
  finally: boolean;
  /** It has a `when`: it may be skipped. */
  guarded: boolean;
  /** It has a `matrix`: it runs several times. */
  matrix: boolean;
  /** What runs. */
  target: GraphTarget;
  /** What the task does to artifacts, the primary role first; empty when that cannot be said. */
  roles: Array<string>;
  /** The names of the params that it is given. */
  params: Array<string>;
  /** The names of its results that somebody uses. */
  results: Array<string>;
  /** All of it. */
  range: Range;
  /** Its name, else its first words. */
  selectionRange: Range;
  /** What is wrong in it: indices into `findings`. */
  findings: Array<number>;
}

/** What a task of a pipeline runs. */
export interface GraphTarget {
  /** How it is given. */
  kind: GraphTargetKind;
  /** A few words, such as `buildah 0.2`; empty where nothing can be said. */
  description: string;
  /** Where it is defined, where that can be seen. */
  definition: Location | null;
}

/** The ways to say what a task of a pipeline runs. */
export type GraphTargetKind = "taskRef" | "taskSpec" | "pipelineRef" | "pipelineSpec" | "missing";

/** Why one task waits for another. */
export interface GraphEdge {
  /** The `id` of the task that runs first. */
  from: string;
  /** The `id` of the task that waits. */
  to: string;
  /** What makes it wait. */
  kind: GraphEdgeKind;
  /** The result that is used, except for `runAfter`. */
  result: string | null;
  /** The result names or holds an artifact. */
  artifact: boolean;
  /** The words that make the edge; at least one. */
  ranges: Range[];
}

/** What makes a task wait for another. */
export type GraphEdgeKind = "runAfter" | "result" | "when";

/** Tasks that belong together. */
export interface GraphGroup {
  /** What kind of group. */
  kind: GraphGroupKind;
  /** For groups of an embedded pipeline: the `id` of the node that embeds it. */
  parent: string | null;
  /** The `id`s of its nodes, in the order of the text. */
  nodes: Array<string>;
}

/** The kinds of groups. */
export type GraphGroupKind = "tasks" | "finally";

/** What is wrong, in short: the diagnostics of the document say more. */
export interface GraphFinding {
  /** The rule's name. */
  rule: string;
  /** As diagnostics count: 1 error, 2 warning, 3 information, 4 hint. */
  severity: number;
  /** What is wrong. */
  message: string;
  /** Where. */
  range: Range;
}

/** Asks for the YAML files below some folders. */
export interface ListFilesParams {
  /** The folders. */
  folders: DocumentUri[];
  /** How many files are looked at, at most. */
  limit: number;
}

/** The files whose names end in `.yaml` or `.yml`, and those named `kustomization` or
 * `Kustomization`, hidden folders included, `.git` and `node_modules` and whatever the client
 * leaves out of searches excluded; and every `.konflux-ls.yaml` in a folder above that can be
 * reached. */
export interface ListFilesResult {
  /** The files, in any order. */
  files: DocumentUri[];
  /** There are more than were asked for. */
  more: boolean;
}

/** Asks for the texts of some files. */
export interface ReadFilesParams {
  /** The files. Some may have vanished since they were listed. */
  files: DocumentUri[];
}

/** The texts, in the order in which they were asked for. */
export interface ReadFilesResult {
  /** As saved, whether or not the file is open in an editor. `null` for a file that is gone,
   * that is not UTF-8, or that a listing would leave out. */
  texts: Array<string | null>;
}
