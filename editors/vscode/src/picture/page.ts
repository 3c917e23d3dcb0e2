/** The page in the webview: draws what the extension sends, and tells it what is clicked. */

import "konflux-ls-playground/picture.css";
import "./page.css";
import { mountPicture } from "konflux-ls-playground/picture";
import type { FromPage, ToPage } from "./messages.js";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const editor = acquireVsCodeApi();
const stage = document.querySelector("main") as HTMLElement;
const nothing = document.querySelector("p") as HTMLElement;
const picture = mountPicture(stage, [], {
  onReveal: (location) => editor.postMessage({ type: "reveal", location }),
});

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  if (data.type === "select") {
    picture.select(data.cursor);
    return;
  }
  const isShown = data.type === "show";
  stage.hidden = !isShown;
  nothing.hidden = isShown;
  if (isShown) {
    picture.show([data.document]);
    picture.select(data.cursor);
  } else {
    nothing.textContent = data.reason;
  }
});
editor.postMessage({ type: "ready" });
