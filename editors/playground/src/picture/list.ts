/** The picture as a list: for those who do not see it, and for those who like lists. */

import type { GraphNode, Location } from "konflux-ls-wasm/protocol";
import { html, sign } from "./dom.js";
import { keyOf } from "./draw.js";
import type { PlacedPipeline, Scene } from "./layout.js";
import { FAMILIES, familyOf, labelOf } from "./roles.js";
import { factsOf, findingsOf, nameOf, titleOf, worst } from "./words.js";

/** One section for each pipeline, its tasks in the order in which they run. */
export function drawList(
  { pipelines }: Scene,
  reveal: (location: Location) => void,
): HTMLElement[] {
  return pipelines.map((pipeline) =>
    html(
      "section",
      { class: "picture-list-pipeline" },
      html("h3", {}, titleOf(pipeline.graph)),
      html("ol", {}, ...pipeline.nodes.map(({ node }) => drawItem(pipeline, node, reveal))),
    ),
  );
}

function drawItem(
  pipeline: PlacedPipeline,
  node: GraphNode,
  reveal: (location: Location) => void,
): HTMLElement {
  const family = familyOf(node.roles);
  const roles = node.roles.length === 0 ? "unclassified" : node.roles.map(labelOf).join(", ");
  const name = html("button", { type: "button", class: "picture-list-name" }, nameOf(node));
  name.onclick = () => reveal({ uri: pipeline.uri, range: node.selectionRange });
  const findings = findingsOf(pipeline.graph, node);
  const facts = factsOf(pipeline, node);
  return html(
    "li",
    { class: `family-${family}`, "data-key": keyOf(pipeline, node.id) },
    html(
      "p",
      { class: "picture-list-head" },
      sign(FAMILIES[family].sign),
      name,
      html("span", { class: "picture-list-role" }, roles),
    ),
    ...target(node, reveal),
    ...facts.map((fact) => html("p", { class: "picture-list-fact" }, fact)),
    ...findings.map((finding) =>
      html("p", { class: `picture-list-finding has-${worst([finding])}` }, finding.message),
    ),
  );
}

function target({ target }: GraphNode, reveal: (location: Location) => void): HTMLElement[] {
  const { definition, description } = target;
  if (definition === null) {
    return description === ""
      ? []
      : [html("p", { class: "picture-list-fact" }, `Runs ${description}.`)];
  }
  const link = html(
    "button",
    { type: "button", class: "picture-list-target" },
    description || "its definition",
  );
  link.onclick = () => reveal(definition);
  return [html("p", { class: "picture-list-fact" }, "Runs ", link)];
}
