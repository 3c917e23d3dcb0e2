/** The examples: stories about the guidelines, and one small case for each rule. */

import examples, { type Example } from "content:examples";
import { html } from "./picture/dom.js";

export type { Example } from "content:examples";

/** The story to begin with. */
export function firstExample(): Example | undefined {
  return examples.stories[0];
}

/** Fills a dialog with everything that there is to choose. */
export function drawExamples(body: HTMLElement, choose: (example: Example) => void): void {
  const stories = html(
    "ul",
    { class: "cards" },
    ...examples.stories.map((each) => card(each, choose)),
  );
  const rules = html(
    "ul",
    { class: "rule-cards" },
    ...examples.rules.map((each) => card(each, choose)),
  );
  body.append(
    html("section", { "aria-label": "Stories" }, stories),
    html("section", { class: "rule-examples" }, html("h3", {}, "One for each rule"), rules),
  );
}

function card(example: Example, choose: (example: Example) => void): HTMLElement {
  const made = html(
    "button",
    { type: "button", class: "card", "data-example": example.id },
    html("span", { class: "card-title" }, example.title),
    html("span", { class: "card-summary" }, example.summary.replaceAll("`", "")),
  );
  made.onclick = () => choose(example);
  return html("li", {}, made);
}
