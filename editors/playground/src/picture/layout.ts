/**
 * Where everything in the picture stands, in units of the drawing (pixels when not zoomed).
 *
 * Tasks run from top to bottom or from left to right, whichever fits better. Pipelines stand in the
 * order of an artifact's life: build, tests, release.
 */

import type { GraphNode, PipelineClassName, PipelineGraph } from "konflux-ls-wasm/protocol";
import { move, PADDING, placeScope } from "./scope.js";

/** The pipelines of one document. */
export interface PictureDocument {
  /** The document that they stand in. */
  uri: string;
  pipelines: readonly PipelineGraph[];
}

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** The corner at the upper left, and the size. */
export type Box = Point & Size;

/** A task. */
export interface PlacedNode extends Box {
  node: GraphNode;
  /** Embeds a pipeline, which is drawn inside. */
  embeds: boolean;
}

/** Why one task waits for another: all reasons in one line. */
export interface PlacedEdge {
  from: string;
  to: string;
  kind: "artifact" | "result" | "when" | "runAfter";
  /** The results that go along it, those that carry artifacts first. */
  results: string[];
  points: Point[];
  /** The middle of the words on it. */
  label: Point;
}

/** Tasks run from top to bottom, or from left to right. */
export type Direction = "TB" | "LR";

/** The tasks that run at the end of a pipeline, whatever happens. */
export type PlacedFinally = Box;

/** A pipeline. */
export interface PlacedPipeline extends Box {
  uri: string;
  /** Its index in the document. */
  index: number;
  graph: PipelineGraph;
  direction: Direction;
  /** In the order in which they run. */
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  finallys: PlacedFinally[];
}

/** What goes from the pipelines of one stage to those of the next. */
export interface Handover {
  from: Point;
  to: Point;
}

export interface Scene extends Size {
  pipelines: PlacedPipeline[];
  handovers: Handover[];
}

/** How big a task's card is, if nothing is drawn inside. */
export type Measure = (node: GraphNode) => Size;

/** Room for the name of a pipeline above its tasks. */
export const PIPELINE_HEADER = 50;
/** Beyond this, only one direction is tried. */
const MANY_TASKS = 60;
const STAGE_GAP = 88;
const SIBLING_GAP = 32;

const STAGES: readonly (PipelineClassName | null)[] = [
  "build",
  "task-unit-test",
  "integration-test",
  "release",
  null,
];
/** The life of an artifact: a stage hands over to the next of these that is there. */
const LIFE: readonly (PipelineClassName | null)[] = ["build", "integration-test", "release"];

/** What it takes to lay pictures out elsewhere, in a worker. */
export interface LayoutJob {
  documents: readonly PictureDocument[];
  /** Of all tasks, in their order. */
  sizes: readonly Size[];
  frame: Size;
}

export function newJob(
  documents: readonly PictureDocument[],
  measure: Measure,
  frame: Size,
): LayoutJob {
  return { documents, sizes: nodesOf(documents).map(measure), frame };
}

export function doJob({ documents, sizes, frame }: LayoutJob): Scene {
  const sizeOf = new Map(nodesOf(documents).map((node, index) => [node, sizes[index]]));
  return layOut(documents, (node) => sizeOf.get(node) ?? { width: 0, height: 0 }, frame);
}

function nodesOf(documents: readonly PictureDocument[]): GraphNode[] {
  return documents.flatMap(({ pipelines }) => pipelines.flatMap(({ nodes }) => nodes));
}

/** Lays everything out in the way that fits best into a frame. */
export function layOut(
  documents: readonly PictureDocument[],
  measure: Measure,
  frame: Size,
): Scene {
  const tasks = nodesOf(documents);
  // Time grows with the square of the tasks, and many tasks mostly stand side by side.
  const directions = tasks.length > MANY_TASKS ? (["LR"] as const) : (["TB", "LR"] as const);
  const scenes = directions.flatMap((direction) => {
    const stages = STAGES.map((stage) => ({ stage, pipelines: pipelinesOf(documents, stage) }))
      .filter(({ pipelines }) => pipelines.length > 0)
      .map(({ stage, pipelines }) => ({
        stage,
        pipelines: pipelines.map((entry) => placePipeline(entry, measure, direction)),
      }));
    return [arrange(stages, "x"), arrange(stages, "y")];
  });
  const [best] = scenes.toSorted((one, other) => fitting(other, frame) - fitting(one, frame));
  return best ?? { width: 0, height: 0, pipelines: [], handovers: [] };
}

/** The same scene for pipelines of which only the places in the text have changed. */
export function withPlaces(scene: Scene, documents: readonly PictureDocument[]): Scene {
  const pipelines = scene.pipelines.map((pipeline) => {
    const document = documents.find(({ uri }) => uri === pipeline.uri);
    const graph = document?.pipelines[pipeline.index] ?? pipeline.graph;
    const fresh = new Map(graph.nodes.map((node) => [node.id, node]));
    const nodes = pipeline.nodes.map((placed) => ({
      ...placed,
      node: fresh.get(placed.node.id) ?? placed.node,
    }));
    return { ...pipeline, graph, nodes };
  });
  return { ...scene, pipelines };
}

/** How far a size must be scaled to fill a frame. */
export function fitting(size: Size, frame: Size): number {
  return Math.min(frame.width / Math.max(size.width, 1), frame.height / Math.max(size.height, 1));
}

type Entry = Pick<PlacedPipeline, "uri" | "index" | "graph">;

interface Stage {
  stage: PipelineClassName | null;
  pipelines: PlacedPipeline[];
}

function pipelinesOf(
  documents: readonly PictureDocument[],
  stage: PipelineClassName | null,
): Entry[] {
  return documents.flatMap(({ uri, pipelines }) =>
    pipelines
      .map((graph, index) => ({ uri, index, graph }))
      .filter(({ graph }) => graph.class === stage && !isDrawnElsewhere(graph, documents)),
  );
}

/** A run that only names a pipeline adds nothing to the picture of that pipeline. */
function isDrawnElsewhere(
  { nodes, definition }: PipelineGraph,
  documents: readonly PictureDocument[],
): boolean {
  return nodes.length === 0 && documents.some(({ uri }) => uri === definition?.uri);
}

function placePipeline(entry: Entry, measure: Measure, direction: Direction): PlacedPipeline {
  const inner = placeScope(entry.graph, null, measure, direction);
  const offset = { x: PADDING, y: PIPELINE_HEADER };
  const content = move(inner, offset);
  const least = 220 + 8 * Math.min(entry.graph.name.length, 30);
  const width = Math.max(inner.width + 2 * PADDING, least);
  const height = inner.height + PIPELINE_HEADER + PADDING;
  return {
    ...entry,
    direction,
    ...move(content, { x: (width - inner.width) / 2 - PADDING, y: 0 }),
    x: 0,
    y: 0,
    width,
    height,
  };
}

/** Stages one after the other along one direction, the pipelines of each along the other. */
function arrange(stages: readonly Stage[], along: "x" | "y"): Scene {
  const beside = along === "x" ? "y" : "x";
  const length = along === "x" ? "width" : "height";
  const breadth = along === "x" ? "height" : "width";
  const scene: Scene = { width: 0, height: 0, pipelines: [], handovers: [] };
  const breadths = stages.map(({ pipelines }) => total(pipelines.map((each) => each[breadth])));
  scene[breadth] = Math.max(0, ...breadths);
  let start = 0;
  let before: Point | undefined;
  stages.forEach(({ stage, pipelines }, index) => {
    const longest = Math.max(...pipelines.map((pipeline) => pipeline[length]));
    let side = (scene[breadth] - (breadths[index] ?? 0)) / 2;
    for (const pipeline of pipelines) {
      scene.pipelines.push({ ...pipeline, ...point(along, start, side) });
      side += pipeline[breadth] + SIBLING_GAP;
    }
    if (LIFE.includes(stage)) {
      const middle = scene[breadth] / 2;
      if (before) scene.handovers.push({ from: before, to: point(along, start, middle) });
      before = point(along, start + longest, middle);
    }
    start += longest + STAGE_GAP;
  });
  scene[length] = Math.max(0, start - STAGE_GAP);
  return scene;

  function point(axis: "x" | "y", along: number, across: number): Point {
    return axis === "x" ? { x: along, y: across } : { x: across, [beside]: across, y: along };
  }
}

function total(lengths: readonly number[]): number {
  return lengths.reduce((sum, each) => sum + each, 0) + SIBLING_GAP * (lengths.length - 1);
}
