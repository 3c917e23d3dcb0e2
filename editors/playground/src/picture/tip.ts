/** More about the task under the pointer. Screen readers hear the same from the task's label. */

import { html, inCode } from "./dom.js";
import type { PlacedNode, PlacedPipeline, Size } from "./layout.js";
import { labelOf } from "./roles.js";
import { factsOf, findingsOf, nameOf, worst } from "./words.js";

const GAP = 8;

export class Tip {
  readonly element = html("div", { class: "picture-tip", "aria-hidden": "true" });

  constructor() {
    this.hide();
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Shows it below a task, or above where there is no room; all in pixels of the area. */
  show(pipeline: PlacedPipeline, { node }: PlacedNode, task: DOMRect, area: DOMRect): void {
    const roles = node.roles.length === 0 ? "unclassified" : node.roles.map(labelOf).join(", ");
    const runs = node.target.description === "" ? [] : [`Runs ${node.target.description}.`];
    const facts = [...runs, ...factsOf(pipeline, node)];
    this.element.replaceChildren(
      html("p", { class: "picture-tip-name" }, nameOf(node)),
      html("p", { class: "picture-tip-role" }, roles),
      ...facts.map((fact) => html("p", {}, fact)),
      ...findingsOf(pipeline.graph, node).map((finding) =>
        html(
          "p",
          { class: `picture-tip-problem has-${worst([finding])}` },
          ...inCode(finding.message),
        ),
      ),
    );
    this.element.hidden = false;
    this.#place(task, area);
  }

  #place(task: DOMRect, area: DOMRect): void {
    const { width, height }: Size = this.element.getBoundingClientRect();
    const left = Math.min(Math.max(task.left - area.left, GAP), area.width - width - GAP);
    const below = task.bottom - area.top + GAP;
    const above = task.top - area.top - GAP - height;
    const top = below + height <= area.height || above < 0 ? below : above;
    this.element.style.left = `${Math.max(left, GAP)}px`;
    this.element.style.top = `${top}px`;
  }
}
