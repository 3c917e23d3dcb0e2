/** The page in the webview: shows what the extension sends, and tells it what is clicked. */

import type { CurrentNode, Location, PipelineGraph } from "konflux-ls-wasm/protocol";
import type { FromPage, ToPage } from "./messages.js";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const editor = acquireVsCodeApi();
const main = document.querySelector("main") as HTMLElement;

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  switch (data.type) {
    case "show":
      main.replaceChildren(...data.pipelines.map((pipeline) => listOf(pipeline, data.uri)));
      select(data.pipelines, data.current);
      break;
    case "nothing":
      main.replaceChildren(data.reason);
      break;
  }
});
editor.postMessage({ type: "ready" });

function listOf(pipeline: PipelineGraph, uri: string): HTMLElement {
  const section = document.createElement("section");
  for (const node of pipeline.nodes) {
    const button = document.createElement("button");
    button.textContent = node.name;
    button.dataset.node = node.id;
    button.onclick = () => reveal({ uri, range: node.selectionRange });
    section.append(button);
  }
  return section;
}

function select(_pipelines: PipelineGraph[], current: CurrentNode | null): void {
  for (const button of main.querySelectorAll("button")) {
    button.toggleAttribute("aria-current", button.dataset.node === current?.node);
  }
}

function reveal(location: Location): void {
  editor.postMessage({ type: "reveal", location });
}
