/** Says something for a while, with something to do about it. */

import { byId } from "./elements.js";
import { html } from "./picture/dom.js";

/** In milliseconds. */
const READING_TIME = 7000;
let timer: ReturnType<typeof setTimeout> | undefined;

window.addEventListener("keydown", ({ key }) => key === "Escape" && hide());

export function toast(message: string, action?: { title: string; run: () => void }): void {
  const box = html("div", { class: "toast" }, html("span", {}, message));
  if (action) {
    const button = html("button", { type: "button", class: "link" }, action.title);
    button.onclick = () => {
      hide();
      action.run();
    };
    box.append(button);
  }
  byId("toast").replaceChildren(box);
  clearTimeout(timer);
  timer = setTimeout(hide, READING_TIME);
}

function hide(): void {
  byId("toast").replaceChildren();
}
