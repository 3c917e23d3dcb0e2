/** Says what colours and lines mean, as far as there are any. */

import { html, sign, svg } from "./dom.js";
import type { Scene } from "./layout.js";
import { FAMILIES, type Family, familyOf } from "./roles.js";

const LINES = [
  ["artifact", "Artifact"],
  ["result", "Result"],
  ["when", "Condition"],
  ["runAfter", "Order only"],
] as const;

/** The items of the legend. */
export function drawLegend({ pipelines }: Scene): HTMLElement[] {
  const nodes = pipelines.flatMap((pipeline) => pipeline.nodes);
  const families = new Set<string>(nodes.map(({ node }) => familyOf(node.roles)));
  const kinds = new Set(pipelines.flatMap(({ edges }) => edges.map(({ kind }) => kind)));
  return [
    ...(Object.keys(FAMILIES) as Family[]).filter((family) => families.has(family)).map(drawFamily),
    ...LINES.filter(([kind]) => kinds.has(kind)).map(([kind, label]) => drawLine(kind, label)),
  ];
}

function drawFamily(family: Family): HTMLElement {
  const { label, sign: strokes } = FAMILIES[family];
  return html("li", { class: `family-${family}` }, sign(strokes), label);
}

function drawLine(kind: string, label: string): HTMLElement {
  const size = { viewBox: "0 0 26 8", width: 26, height: 8 };
  const line = svg("path", { class: `picture-edge edge-${kind}`, d: "M1 4h24" });
  return html("li", {}, svg("svg", { ...size, "aria-hidden": "true" }, line), label);
}
