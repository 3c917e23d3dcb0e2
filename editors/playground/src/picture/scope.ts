/**
 * Lays out the tasks of one pipeline with dagre, which puts the nodes of a graph into ranks. The tasks
 * of an embedded pipeline come first, and the task that embeds it grows around them.
 */

import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from "@dagrejs/dagre";
import type { GraphEdge, GraphNode, PipelineGraph } from "konflux-ls-wasm/protocol";
import type {
  Box,
  Direction,
  Measure,
  PlacedEdge,
  PlacedFinally,
  PlacedNode,
  Point,
  Size,
} from "./layout.js";

/** Room around tasks. */
export const PADDING = 20;
/** Room for the card of a task above what it embeds. */
const EMBEDDING_HEADER = 60;
const FINALLY_PADDING = 14;
const FINALLY_HEADER = 20;
/** Beyond this many lines with words on them, the words are shown only for what is looked at. */
export const MANY_LABELS = 5;

/** What is known before anything is laid out. */
type Reason = Omit<PlacedEdge, "points" | "label">;

/** The tasks of one pipeline; its corner is at 0, 0. */
export interface Scope extends Size {
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  finallys: PlacedFinally[];
}

const EMPTY: Scope = { width: 0, height: 0, nodes: [], edges: [], finallys: [] };

/** Places the tasks of a pipeline, or of the one that a task embeds. */
export function placeScope(
  graph: PipelineGraph,
  parent: string | null,
  measure: Measure,
  direction: Direction,
): Scope {
  const groups = graph.groups.filter((group) => group.parent === parent);
  const members = new Set(groups.flatMap((group) => group.nodes));
  const nodes = graph.nodes.filter((node) => members.has(node.id));
  if (nodes.length === 0) return EMPTY;
  const inner = new Map(
    nodes.map((node) => [node.id, placeScope(graph, node.id, measure, direction)]),
  );
  const plan = newPlan(direction);
  for (const node of nodes) {
    plan.setNode(node.id, { ...sizeAround(measure(node), inner.get(node.id) ?? EMPTY) });
  }
  const reasons = gather(
    graph.edges.filter(({ from, to }) => members.has(from) && members.has(to)),
  );
  const isQuiet = reasons.filter(({ kind }) => kind === "artifact").length > MANY_LABELS;
  for (const { from, to, results, kind } of reasons) {
    const label = isQuiet ? {} : labelSize(results);
    plan.setEdge(from, to, kind === "artifact" ? { weight: 3, ...label } : {});
  }
  putInOrder(plan, nodes);
  layout(plan);
  return collect(plan, nodes, reasons, inner, direction);
}

/** Room for the words on a line. */
function labelSize([first = ""]: readonly string[]): EdgeLabel {
  return { width: 7 * first.length + 32, height: 18, labelpos: "c" };
}

type Plan = Graph<GraphLabel, NodeLabel, EdgeLabel>;

function newPlan(rankdir: Direction): Plan {
  const plan: Plan = new Graph({ multigraph: false, compound: false });
  const [nodesep, ranksep] = rankdir === "TB" ? [28, 30] : [20, 50];
  plan.setGraph({ rankdir, nodesep, ranksep, edgesep: 14 });
  plan.setDefaultEdgeLabel(() => ({}));
  return plan;
}

function sizeAround(card: Size, inner: Scope): Size {
  if (inner.nodes.length === 0) return card;
  return {
    width: Math.max(card.width, inner.width + 2 * PADDING),
    height: EMBEDDING_HEADER + inner.height + PADDING,
  };
}

/** Points that are not drawn: where the pipeline starts, and where `finally` does. */
const START = " start";
const BARRIER = " finally";

/** What waits for nothing stands at the start, and `finally` after everything else. */
function putInOrder(plan: Plan, nodes: readonly GraphNode[]): void {
  const last = nodes.filter((node) => node.finally).map(({ id }) => id);
  const others = nodes.filter((node) => !node.finally).map(({ id }) => id);
  const ends = others.filter(
    (id) => !plan.successors(id)?.some((next: string) => others.includes(next)),
  );
  const starts = others.filter((id) => plan.predecessors(id)?.length === 0);
  plan.setNode(START, { width: 1, height: 1 });
  for (const id of starts) plan.setEdge(START, id, { weight: 2 });
  if (last.length === 0 || others.length === 0) return;
  plan.setNode(BARRIER, { width: 1, height: FINALLY_HEADER });
  for (const id of ends) plan.setEdge(id, BARRIER, { weight: 0 });
  for (const id of last) plan.setEdge(BARRIER, id, { weight: 0 });
}

/** One line for all that makes one task wait for another. */
function gather(edges: readonly GraphEdge[]): Reason[] {
  const lines = new Map<string, Reason>();
  const strength = ["runAfter", "when", "result", "artifact"];
  const artifactsFirst = edges.toSorted(
    (one, other) => Number(other.artifact) - Number(one.artifact),
  );
  for (const { from, to, kind, artifact, result } of artifactsFirst) {
    const key = JSON.stringify([from, to]);
    const line = lines.get(key) ?? { from, to, kind: "runAfter" as const, results: [] };
    const now = artifact ? "artifact" : kind;
    const stronger = strength.indexOf(now) > strength.indexOf(line.kind) ? now : line.kind;
    const results = result === null || line.results.includes(result) ? [] : [result];
    lines.set(key, { ...line, kind: stronger, results: [...line.results, ...results] });
  }
  return [...lines.values()];
}

function collect(
  plan: Plan,
  nodes: readonly GraphNode[],
  reasons: readonly Reason[],
  inner: ReadonlyMap<string, Scope>,
  direction: Direction,
): Scope {
  const scope: Scope & Point = {
    x: 0,
    y: 0,
    width: 0,
    height: 0,
    nodes: [],
    edges: [],
    finallys: [],
  };
  for (const node of nodes) {
    const embedded = inner.get(node.id) ?? EMPTY;
    const placed = { node, embeds: embedded.nodes.length > 0, ...cornered(plan.node(node.id)) };
    scope.nodes.push(placed);
    const inside = {
      x: placed.x + (placed.width - embedded.width) / 2,
      y: placed.y + EMBEDDING_HEADER,
    };
    const { nodes, edges, finallys } = move(embedded, inside);
    scope.nodes.push(...nodes);
    scope.edges.push(...edges);
    scope.finallys.push(...finallys);
  }
  scope.nodes.sort((one, other) => one.y - other.y || one.x - other.x);
  for (const reason of reasons) {
    const { points = [], x, y } = plan.edge(reason.from, reason.to);
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    const label = { x: x ?? middle.x, y: y ?? middle.y };
    scope.edges.push({ ...reason, label, points: pathOf(plan, reason, direction) });
  }
  return withFinally(scope, new Set(nodes.filter((node) => node.finally).map(({ id }) => id)));
}

/**
 * The points of a line: from the middle of one side to the middle of another, and straight past the
 * tasks of the ranks between. dagre gives a point for each rank, and one for each gap.
 */
function pathOf(plan: Plan, { from, to }: Reason, direction: Direction): Point[] {
  const [start, end] = [cornered(plan.node(from)), cornered(plan.node(to))];
  const { points = [], width = 0 } = plan.edge(from, to);
  const inner: Point[] = points.slice(1, -1);
  const hasLabel = width > 0 && inner.length === 1;
  const between = inner
    .filter((_: Point, index: number) => hasLabel || index % 2 === 1)
    .flatMap((point: Point) => (hasLabel ? [point] : pastRank(plan, point, direction)))
    .map(({ x, y }) => ({ x, y }));
  const [leave, arrive] =
    direction === "TB"
      ? [
          { x: start.x + start.width / 2, y: start.y + start.height },
          { x: end.x + end.width / 2, y: end.y },
        ]
      : [
          { x: start.x + start.width, y: start.y + start.height / 2 },
          { x: end.x, y: end.y + end.height / 2 },
        ];
  return [leave, ...between, arrive];
}

/** Where a line enters and leaves the rank in which it has a point. */
function pastRank(plan: Plan, point: Point, direction: Direction): Point[] {
  const [along, length] =
    direction === "TB" ? (["y", "height"] as const) : (["x", "width"] as const);
  const lengths = plan
    .nodes()
    .map((id: string) => plan.node(id))
    .filter((node: NodeLabel) => Math.abs((node[along] ?? 0) - point[along]) < 1)
    .map((node: NodeLabel) => node[length]);
  const half = Math.max(0, ...lengths) / 2;
  return [
    { ...point, [along]: point[along] - half },
    { ...point, [along]: point[along] + half },
  ];
}

function cornered(node: NodeLabel): Box {
  const { x = 0, y = 0, width, height } = node;
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** Draws a box around the tasks of `finally`, and moves everything to the corner. */
function withFinally(scope: Scope & Point, ids: ReadonlySet<string>): Scope {
  const last = boundsOf(scope.nodes.filter(({ node }) => ids.has(node.id)));
  const box = last && {
    x: last.x - FINALLY_PADDING,
    y: last.y - FINALLY_PADDING - FINALLY_HEADER,
    width: last.width + 2 * FINALLY_PADDING,
    height: last.height + 2 * FINALLY_PADDING + FINALLY_HEADER,
  };
  const finallys = box ? [...scope.finallys, box] : scope.finallys;
  const lines = scope.edges.flatMap(({ points }) =>
    points.map(({ x, y }) => ({ x, y, width: 0, height: 0 })),
  );
  const { x, y, width, height } = boundsOf([...scope.nodes, ...finallys, ...lines]) ?? scope;
  return { ...move({ ...scope, finallys }, { x: -x, y: -y }), width, height };
}

function boundsOf(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** The same elsewhere. */
export function move<T extends Omit<Scope, keyof Size>>(scope: T, { x, y }: Point): T {
  const shift = <P extends Point>(point: P): P => ({ ...point, x: point.x + x, y: point.y + y });
  return {
    ...scope,
    nodes: scope.nodes.map(shift),
    edges: scope.edges.map((edge) => ({
      ...edge,
      points: edge.points.map(shift),
      label: shift(edge.label),
    })),
    finallys: scope.finallys.map(shift),
  };
}
