/** Shows what a change does to the files, line by line. */

import { Chunk } from "@codemirror/merge";
import { Text } from "@codemirror/state";
import type { FileChange } from "./change.js";
import { html } from "./picture/dom.js";

/** Lines shown around what changes. */
const CONTEXT = 2;

interface Line {
  kind: "same" | "removed" | "added" | "gap";
  /** From 1. */
  number: number;
  text: string;
}

/** One block for each file. */
export function drawDiff(changes: readonly FileChange[]): HTMLElement {
  return html("div", { class: "diff" }, ...changes.map(drawFile));
}

function drawFile({ path, before, after }: FileChange): HTMLElement {
  const what = before === undefined ? "new file" : after === undefined ? "removed" : "";
  const lines = linesOf(before ?? "", after ?? "").map(({ kind, number, text }) =>
    html(
      "tr",
      { class: `diff-${kind}` },
      html("td", { class: "diff-number" }, kind === "gap" ? "" : String(number)),
      html("td", { class: "diff-sign" }, { added: "+", removed: "−", same: "", gap: "" }[kind]),
      html("td", { class: "diff-text" }, kind === "gap" ? "⋯" : text),
    ),
  );
  const caption = html("p", { class: "diff-path" }, path, html("span", {}, what));
  const table = html("table", {}, html("tbody", {}, ...lines));
  const scroller = html("div", { class: "diff-lines", tabindex: 0, role: "group" }, table);
  scroller.setAttribute("aria-label", `Changes to ${path}`);
  return html("div", { class: "diff-file" }, caption, scroller);
}

function linesOf(before: string, after: string): Line[] {
  const [old, fresh] = [Text.of(before.split("\n")), Text.of(after.split("\n"))];
  const lines: Line[] = [];
  let shown = 0;
  for (const { fromA, toA, fromB, toB } of Chunk.build(old, fresh)) {
    const removed = span(old, fromA, toA);
    const added = span(fresh, fromB, toB);
    const start = Math.max(shown + 1, removed.first - CONTEXT);
    if (start > shown + 1 && lines.length > 0) lines.push({ kind: "gap", number: 0, text: "" });
    push(lines, old, "same", start, removed.first - 1);
    push(lines, old, "removed", removed.first, removed.last);
    push(lines, fresh, "added", added.first, added.last);
    shown = removed.last;
    const until = Math.min(shown + CONTEXT, old.lines);
    push(lines, old, "same", shown + 1, until);
    shown = until;
  }
  return lines;
}

/** The lines of a chunk: `to` is one after the end of its last line, or `from` when it has none. */
function span(document: Text, from: number, to: number): { first: number; last: number } {
  const lineAt = (place: number) => document.lineAt(Math.min(place, document.length)).number;
  const first = lineAt(from);
  return { first, last: from === to ? first - 1 : lineAt(to - 1) };
}

function push(lines: Line[], document: Text, kind: Line["kind"], first: number, last: number) {
  for (let number = first; number <= last; number += 1) {
    lines.push({ kind, number, text: document.line(number).text });
  }
}
