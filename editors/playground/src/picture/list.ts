/** The picture as a list: for those who do not see it, and for those who like lists. */

import type { GraphNode } from "konflux-ls-wasm/protocol";
import { html, inCode, sign } from "./dom.js";
import type { PlacedPipeline, Scene } from "./layout.js";
import { FAMILIES, familyOf, labelOf } from "./roles.js";
import { keyOf } from "./scene.js";
import { factsOf, findingsOf, nameOf, titleOf, worst } from "./words.js";

/** Goes to the text of a task, or to what it runs. */
export type Reveal = (key: string, wantsDefinition: boolean) => void;

/** One section for each pipeline, its tasks in the order in which they run. */
export function drawList({ pipelines }: Scene, reveal: Reveal): HTMLElement[] {
  return pipelines.map((pipeline) =>
    html(
      "section",
      { class: "picture-list-pipeline" },
      html("h3", {}, titleOf(pipeline.graph)),
      html("ol", {}, ...pipeline.nodes.map(({ node }) => drawItem(pipeline, node, reveal))),
    ),
  );
}

function drawItem(pipeline: PlacedPipeline, node: GraphNode, reveal: Reveal): HTMLElement {
  const key = keyOf(pipeline, node.id);
  const family = familyOf(node.roles);
  const roles = node.roles.length === 0 ? "unclassified" : node.roles.map(labelOf).join(", ");
  const name = link("picture-list-name", nameOf(node), () => reveal(key, false));
  const findings = findingsOf(pipeline.graph, node);
  return html(
    "li",
    { class: `family-${family}`, "data-key": key },
    html(
      "p",
      { class: "picture-list-head" },
      sign(FAMILIES[family].sign),
      name,
      html("span", { class: "picture-list-role" }, roles),
    ),
    ...drawTarget(node, () => reveal(key, true)),
    ...factsOf(pipeline, node).map((fact) => html("p", { class: "picture-list-fact" }, fact)),
    ...findings.map((finding) =>
      html(
        "p",
        { class: `picture-list-finding has-${worst([finding])}` },
        ...inCode(finding.message),
      ),
    ),
  );
}

function drawTarget({ target }: GraphNode, reveal: () => void): HTMLElement[] {
  const { definition, description } = target;
  if (definition === null && description === "") return [];
  const words = description || "its definition";
  const what = definition === null ? words : link("picture-list-target", words, reveal);
  return [html("p", { class: "picture-list-fact" }, "Runs ", what)];
}

function link(className: string, text: string, onClick: () => void): HTMLButtonElement {
  const made = html("button", { type: "button", class: className }, text);
  made.onclick = onClick;
  return made;
}
