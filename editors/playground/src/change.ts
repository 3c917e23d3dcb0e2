/** What an edit of the protocol does to the open files: to be looked at, applied and taken back. */

import { Text } from "@codemirror/state";
import type { Position, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { type Files, type OpenFile, pathOf, textOf, uriOf } from "./files.js";

/** A file before and after; `undefined` where there is none. */
export interface FileChange {
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** Computes what an edit would do. Fails when it does not fit the files as they are. */
export function changesOf(edit: WorkspaceEdit, files: Files): FileChange[] {
  const texts = new Map<string, string | undefined>();
  const original = (uri: string) => {
    const file = files.find(uri);
    return file && textOf(file);
  };
  const now = (uri: string) => (texts.has(uri) ? texts.get(uri) : original(uri));
  for (const [uri, edits] of Object.entries(edit.changes ?? {})) {
    texts.set(uri, edited(now(uri) ?? "", edits));
  }
  for (const change of edit.documentChanges ?? []) {
    if ("edits" in change) {
      const { uri } = change.textDocument;
      texts.set(uri, edited(now(uri) ?? "", change.edits as TextEdit[]));
    } else if (change.kind === "create") {
      texts.set(change.uri, now(change.uri) ?? "");
    } else if (change.kind === "delete") {
      texts.set(change.uri, undefined);
    } else {
      texts.set(change.newUri, now(change.oldUri));
      texts.set(change.oldUri, undefined);
    }
  }
  return [...texts]
    .map(([uri, after]) => ({ path: pathOf(uri), before: original(uri), after }))
    .filter(({ before, after }) => before !== after);
}

/** Makes the files be as after the changes; gives what makes them be as before. */
export function apply(changes: readonly FileChange[], files: Files): FileChange[] {
  const active = files.active?.path;
  for (const { path, after } of changes) {
    const file = files.find(uriOf(path));
    if (after === undefined) {
      if (file) files.close(file);
    } else if (file) {
      replaceMiddle(file, after);
    } else {
      files.put(path, after);
    }
  }
  const shown = active === undefined ? undefined : files.find(uriOf(active));
  if (shown) files.activate(shown);
  return changes.map(({ path, before, after }) => ({ path, before: after, after: before }));
}

/** Leaves the cursor and the marks alone where nothing changes. */
function replaceMiddle(file: OpenFile, after: string): void {
  const before = textOf(file);
  let from = 0;
  while (from < before.length && before[from] === after[from]) from += 1;
  let [end, newEnd] = [before.length, after.length];
  while (end > from && newEnd > from && before[end - 1] === after[newEnd - 1]) {
    end -= 1;
    newEnd -= 1;
  }
  file.view.dispatch({ changes: { from, to: end, insert: after.slice(from, newEnd) } });
}

function edited(text: string, edits: readonly TextEdit[]): string {
  const document = Text.of(text.split("\n"));
  const offset = ({ line, character }: Position) => {
    if (line >= document.lines) return document.length;
    const { from, to } = document.line(line + 1);
    return Math.min(from + character, to);
  };
  const replaced = edits.map(({ range, newText }) => ({
    from: offset(range.start),
    to: offset(range.end),
    newText,
  }));
  // Insertions at one place keep their order, so the later ones are made first.
  const backwards = replaced.toReversed().sort((one, other) => other.from - one.from);
  return backwards.reduce(
    (result, { from, to, newText }) => result.slice(0, from) + newText + result.slice(to),
    text,
  );
}
