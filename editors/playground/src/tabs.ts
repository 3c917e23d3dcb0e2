/** The tabs above the text: one for each file, to show, rename and close. */

import type { Files, OpenFile } from "./files.js";
import { html, sign } from "./picture/dom.js";

const CROSS = "M4.5 4.5l7 7M11.5 4.5l-7 7";

export function drawTabs(list: HTMLElement, files: Files): void {
  list.replaceChildren(...files.all.map((file) => drawTab(file, files)));
  list
    .querySelector('[aria-current="true"]')
    ?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function drawTab(file: OpenFile, files: Files): HTMLElement {
  const item = html("li", { class: "tab" });
  const show = html("button", { type: "button", class: "tab-name" }, ...pathParts(file.path));
  show.title = `${file.path}\nDouble click or F2: rename`;
  if (file === files.active) show.setAttribute("aria-current", "true");
  show.onclick = () => files.activate(file);
  show.ondblclick = () => rename(item, file, files);
  show.onkeydown = ({ key }) => {
    if (key === "F2") rename(item, file, files);
    if (key === "Delete") files.close(file);
  };
  const close = html("button", { type: "button", class: "tab-close" }, sign(CROSS));
  close.setAttribute("aria-label", `Close ${file.path}`);
  close.onclick = () => files.close(file);
  item.append(show, close);
  return item;
}

function pathParts(path: string): (Node | string)[] {
  const at = path.lastIndexOf("/") + 1;
  const folder = path.slice(0, at).split("/").at(-2);
  const name = html("span", { class: "tab-file" }, path.slice(at));
  return folder === undefined
    ? [name]
    : [html("span", { class: "tab-folder" }, `${folder}/`), name];
}

function rename(item: HTMLElement, file: OpenFile, files: Files): void {
  const input = html("input", { class: "tab-rename", value: file.path, "aria-label": "Path" });
  input.size = Math.max(file.path.length, 12);
  let done = false;
  const finish = (keep: boolean) => {
    if (done) return;
    done = true;
    const path = input.value.trim().replace(/^\/+/, "");
    if (keep && path !== "" && path !== file.path) files.rename(file, files.freePath(path));
    if (item.parentElement) drawTabs(item.parentElement, files);
  };
  input.onblur = () => finish(true);
  input.onkeydown = ({ key }) => {
    if (key === "Enter" || key === "Escape") finish(key === "Enter");
  };
  item.replaceChildren(input);
  input.focus();
  input.setSelectionRange(file.path.lastIndexOf("/") + 1, file.path.length);
}
