/** Draws a scene. What it looks like stands in picture.css; sizes that text needs stand here. */

import type { GraphNode } from "konflux-ls-wasm/protocol";
import { svg } from "./dom.js";
import type {
  Direction,
  Handover,
  Measure,
  PlacedEdge,
  PlacedNode,
  PlacedPipeline,
  Point,
  Scene,
} from "./layout.js";
import { FAMILIES, familyOf, stageLabel } from "./roles.js";
import { keyOf } from "./scene.js";
import { MANY_LABELS } from "./scope.js";
import {
  description,
  findingsOf,
  nameOf,
  roleLine,
  secondLine,
  tagsOf,
  titleOf,
  worst,
} from "./words.js";

const CARD_HEIGHT = 50;
const SIGN_WIDTH = 42;
const NAME_FONT = "600 13px";
const SMALL_FONT = "400 11.5px";
const TITLE = { x: 18, y: 15 };
const CARD_WIDTH = { least: 148, most: 264 };

/** Knows how wide text is, in the typeface of an element. */
export class Ruler {
  readonly #context = document.createElement("canvas").getContext("2d");
  readonly #family: string;

  constructor(element: Element) {
    this.#family = getComputedStyle(element).fontFamily;
  }

  width(text: string, font: string): number {
    if (this.#context === null) return text.length * 7;
    this.#context.font = `${font} ${this.#family}`;
    return this.#context.measureText(text).width;
  }

  /** The text, or its beginning, in at most so much room. */
  fit(text: string, font: string, room: number): string {
    if (this.width(text, font) <= room) return text;
    let length = text.length;
    while (length > 1 && this.width(`${text.slice(0, length)}…`, font) > room) length -= 1;
    return `${text.slice(0, length).trimEnd()}…`;
  }
}

/** How big cards are. */
export function measureWith(ruler: Ruler): Measure {
  return (node) => {
    const name = ruler.width(nameOf(node), NAME_FONT);
    const second = ruler.width(secondLine(node), SMALL_FONT);
    const tags = tagsWidth(node, ruler);
    const width = SIGN_WIDTH + Math.max(name, second) + tags + 28;
    const { least, most } = CARD_WIDTH;
    return { width: Math.ceil(Math.min(most + tags, Math.max(least, width))), height: CARD_HEIGHT };
  };
}

function tagsWidth(node: GraphNode, ruler: Ruler): number {
  return tagsOf(node).reduce((sum, tag) => sum + ruler.width(tag, SMALL_FONT) + 16, 0);
}

/** Everything, ready to be put into an `svg`. */
export function draw(scene: Scene, ruler: Ruler): SVGElement[] {
  return [
    ...scene.handovers.map(drawHandover),
    ...scene.pipelines.map((pipeline) => drawPipeline(pipeline, ruler)),
  ];
}

function drawHandover({ from, to }: Handover): SVGElement {
  const isDown = Math.abs(to.y - from.y) > Math.abs(to.x - from.x);
  const gap = 10;
  const start = isDown ? { x: from.x, y: from.y + gap } : { x: from.x + gap, y: from.y };
  const end = isDown ? { x: to.x, y: to.y - gap } : { x: to.x - gap, y: to.y };
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
  const text = isDown
    ? { x: middle.x + 14, y: middle.y + 4, "text-anchor": "start" }
    : { x: middle.x, y: middle.y - 12, "text-anchor": "middle" };
  return svg(
    "g",
    { class: "picture-handover" },
    svg("path", { d: `M${at(start)}L${at(end)}`, "marker-end": "url(#picture-arrow-handover)" }),
    svg("text", text, "Snapshot"),
  );
}

function drawPipeline(pipeline: PlacedPipeline, ruler: Ruler): SVGElement {
  const { x, y, width, height, graph } = pipeline;
  const stage = stageLabel(graph.class);
  const stageWidth = ruler.width(stage, "600 11.5px") + 18;
  const name = ruler.fit(graph.name || "(no name yet)", "600 14px", width - stageWidth - 64);
  const labelled = pipeline.edges.filter((edge) => edge.kind === "artifact");
  const quiet = labelled.length > MANY_LABELS ? " is-quiet" : "";
  return svg(
    "g",
    {
      class: `picture-pipeline stage-${graph.class ?? "unknown"}${quiet}`,
      transform: `translate(${x} ${y})`,
      role: "group",
      "aria-label": titleOf(graph),
    },
    svg("rect", { class: "picture-lane", width, height, rx: 14 }),
    svg(
      "g",
      { class: "picture-title", transform: placeOfTitle(pipeline, 0, 0) },
      svg("rect", { class: "picture-stage", width: stageWidth, height: 22, rx: 11 }),
      svg(
        "text",
        { class: "picture-stage-text", x: stageWidth / 2, y: 15, "text-anchor": "middle" },
        stage,
      ),
      svg("text", { class: "picture-pipeline-name", x: stageWidth + 10, y: 16 }, name),
    ),
    ...(graph.nodes.length === 0
      ? [svg("text", { class: "picture-empty", x: 18, y: 60 }, emptyWords(pipeline))]
      : []),
    ...pipeline.finallys.map((box) =>
      svg(
        "g",
        { class: "picture-finally", transform: `translate(${box.x} ${box.y})` },
        svg("rect", { width: box.width, height: box.height, rx: 12 }),
        svg("text", { x: 14, y: 19 }, "finally"),
      ),
    ),
    // What embeds comes before what it embeds, and lines run above both.
    ...pipeline.nodes.filter(({ embeds }) => embeds).map((node) => drawNode(pipeline, node, ruler)),
    ...pipeline.edges.map((edge) => drawEdge(pipeline, edge)),
    ...pipeline.nodes
      .filter(({ embeds }) => !embeds)
      .map((node) => drawNode(pipeline, node, ruler)),
    ...labelled.map((edge) => drawLabel(pipeline, edge, ruler)),
  );
}

/** Where the name of a pipeline stands in it, for a frame whose left edge is at `left`. */
export function placeOfTitle({ x, width }: PlacedPipeline, own: number, left: number): string {
  const most = Math.max(TITLE.x, width - own - TITLE.x);
  return `translate(${Math.min(most, Math.max(TITLE.x, left + TITLE.x - x))} ${TITLE.y})`;
}

function emptyWords({ graph }: PlacedPipeline): string {
  return graph.kind === "PipelineRun" ? "Runs a pipeline that is not here." : "No tasks yet.";
}

function drawEdge(pipeline: PlacedPipeline, { from, to, kind, points }: PlacedEdge): SVGElement {
  return svg("path", {
    class: `picture-edge edge-${kind}`,
    d: curve(points, pipeline.direction),
    "marker-end": `url(#picture-arrow-${kind})`,
    "data-from": keyOf(pipeline, from),
    "data-to": keyOf(pipeline, to),
  });
}

function drawLabel(pipeline: PlacedPipeline, edge: PlacedEdge, ruler: Ruler): SVGElement {
  const [first = "", ...others] = edge.results;
  const text = others.length === 0 ? first : `${first} +${others.length}`;
  const width = ruler.width(text, "500 10.5px") + 14;
  const { x, y } = edge.label;
  return svg(
    "g",
    {
      class: "picture-label",
      transform: `translate(${x - width / 2} ${y - 9})`,
      "data-from": keyOf(pipeline, edge.from),
      "data-to": keyOf(pipeline, edge.to),
    },
    svg("rect", { width, height: 18, rx: 9 }),
    svg("text", { x: width / 2, y: 12.5, "text-anchor": "middle" }, text),
  );
}

function drawNode(pipeline: PlacedPipeline, placed: PlacedNode, ruler: Ruler): SVGElement {
  const { node, x, y } = placed;
  const findings = findingsOf(pipeline.graph, node);
  const problem = worst(findings);
  const marks = [
    `family-${familyOf(node.roles)}`,
    node.guarded ? "is-guarded" : "",
    placed.embeds ? "is-embedding" : "",
    problem ? `has-${problem}` : "",
  ];
  return svg(
    "g",
    {
      class: `picture-node ${marks.filter(Boolean).join(" ")}`,
      transform: `translate(${x} ${y})`,
      role: "button",
      tabindex: -1,
      "aria-label": description(pipeline, node),
      "data-key": keyOf(pipeline, node.id),
    },
    // With space between, so that it reads like the label.
    ...drawCard(placed, findings.length, problem, ruler).flatMap((drawn) => [drawn, " "]),
  );
}

function drawCard(
  placed: PlacedNode,
  findings: number,
  problem: string | undefined,
  ruler: Ruler,
): SVGElement[] {
  const { node, width, height } = placed;
  const shadow = svg("rect", { class: "picture-stack", x: 5, y: 5, width, height, rx: 9 });
  return [
    ...(node.matrix ? [shadow] : []),
    svg("rect", {
      class: "picture-focus",
      x: -4,
      y: -4,
      width: width + 8,
      height: height + 8,
      rx: 12,
    }),
    svg("rect", { class: "picture-card", width, height, rx: 9 }),
    svg("rect", { class: "picture-chip", x: 9, y: 10, width: 30, height: 30, rx: 8 }),
    svg("path", {
      class: "picture-sign",
      d: FAMILIES[familyOf(node.roles)].sign,
      transform: "translate(16 17)",
    }),
    ...drawText(placed, ruler),
    ...(problem ? [drawBadge(width, findings)] : []),
  ];
}

function drawText({ node, width }: PlacedNode, ruler: Ruler): SVGElement[] {
  const room = width - SIGN_WIDTH - 22;
  const second = ruler.fit(secondLine(node), SMALL_FONT, room);
  const role = roleLine(node).slice(0, second.length);
  const chips: SVGElement[] = [];
  let right = width - 10;
  for (const tag of tagsOf(node).toReversed()) {
    const wide = ruler.width(tag, SMALL_FONT) + 10;
    right -= wide;
    chips.push(
      svg(
        "g",
        { class: "picture-tag", transform: `translate(${right} 9)` },
        svg("rect", { width: wide, height: 17, rx: 5 }),
        svg("text", { x: wide / 2, y: 12.5, "text-anchor": "middle" }, tag),
      ),
    );
    right -= 5;
  }
  const nameRoom = right - SIGN_WIDTH - 12;
  return [
    svg(
      "text",
      { class: "picture-name", x: SIGN_WIDTH + 8, y: 21 },
      ruler.fit(nameOf(node), NAME_FONT, nameRoom),
    ),
    svg(
      "text",
      { class: "picture-role", x: SIGN_WIDTH + 8, y: 38 },
      svg("tspan", { class: "picture-role-word" }, role),
      svg("tspan", {}, second.slice(role.length)),
    ),
    ...chips,
  ];
}

function drawBadge(width: number, count: number): SVGElement {
  return svg(
    "g",
    { class: "picture-badge", transform: `translate(${width - 3} 3)` },
    svg("circle", { r: 10 }),
    svg("text", { y: 4, "text-anchor": "middle" }, count > 9 ? "9+" : String(count)),
  );
}

/** Heads of lines, one for each kind: a head has no way to take its line's colour everywhere. */
export function drawArrowHeads(): SVGElement {
  const kinds = ["artifact", "result", "when", "runAfter", "handover"];
  return svg(
    "defs",
    {},
    ...kinds.map((kind) =>
      svg(
        "marker",
        {
          id: `picture-arrow-${kind}`,
          class: `picture-head edge-${kind}`,
          viewBox: "0 0 10 10",
          refX: 9,
          refY: 5,
          markerWidth: kind === "handover" ? 16 : 9,
          markerHeight: kind === "handover" ? 16 : 9,
          markerUnits: "userSpaceOnUse",
          orient: "auto",
        },
        svg("path", { d: "M1 1 9 5 1 9Z" }),
      ),
    ),
  );
}

/** A line through points that leaves and arrives along the direction in which tasks run. */
function curve(points: readonly Point[], direction: Direction): string {
  const [first, ...others] = points;
  if (first === undefined) return "";
  let before = first;
  let path = `M${at(first)}`;
  for (const point of others) {
    const half = { x: (before.x + point.x) / 2, y: (before.y + point.y) / 2 };
    const [leave, arrive] =
      direction === "TB"
        ? [
            { x: before.x, y: half.y },
            { x: point.x, y: half.y },
          ]
        : [
            { x: half.x, y: before.y },
            { x: half.x, y: point.y },
          ];
    path += `C${at(leave)} ${at(arrive)} ${at(point)}`;
    before = point;
  }
  return path;
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
}
