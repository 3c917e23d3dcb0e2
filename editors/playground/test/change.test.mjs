/** What edits of the protocol do to files. */

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { load } from "./load.mjs";

let changesOf;
before(async () => {
  ({ changesOf } = await load("change.ts"));
});

/** As much of the open files as is looked at. */
function files(texts) {
  const find = (uri) => {
    const text = texts[uri];
    return text === undefined ? undefined : { view: { state: { doc: { toString: () => text } } } };
  };
  return { find };
}

function edit(line, from, to, newText) {
  return { range: { start: { line, character: from }, end: { line, character: to } }, newText };
}

const URI = "file:///a/b%20c.yaml";

test("edits are about the text before all of them, whatever their order", () => {
  const edits = [edit(0, 0, 1, "X"), edit(1, 0, 1, "Y"), edit(0, 2, 2, "!"), edit(0, 2, 2, "?")];
  const [change] = changesOf({ changes: { [URI]: edits } }, files({ [URI]: "ab\ncd" }));
  assert.deepEqual(change, { path: "a/b c.yaml", before: "ab\ncd", after: "Xb!?\nYd" });
});

test("columns count UTF-16 code units, and places beyond the end are at the end", () => {
  const edits = [edit(0, 2, 3, "-"), edit(9, 0, 0, "\nend")];
  const [change] = changesOf({ changes: { [URI]: edits } }, files({ [URI]: "🎉x" }));
  assert.equal(change.after, "🎉-\nend");
});

test("a task that moves creates one file and leaves another", () => {
  const documentChanges = [
    { kind: "create", uri: "file:///new.yaml" },
    { textDocument: { uri: "file:///new.yaml", version: null }, edits: [edit(0, 0, 0, "moved\n")] },
    { textDocument: { uri: URI, version: 1 }, edits: [edit(0, 0, 5, "")] },
    { kind: "rename", oldUri: "file:///old.yaml", newUri: "file:///other.yaml" },
    { kind: "delete", uri: "file:///gone.yaml" },
  ];
  const open = { [URI]: "moved", "file:///old.yaml": "same", "file:///gone.yaml": "gone" };
  const changes = changesOf({ documentChanges }, files(open));
  assert.deepEqual(
    Object.fromEntries(changes.map(({ path, before, after }) => [path, [before, after]])),
    {
      "new.yaml": [undefined, "moved\n"],
      "a/b c.yaml": ["moved", ""],
      "other.yaml": [undefined, "same"],
      "old.yaml": ["same", undefined],
      "gone.yaml": ["gone", undefined],
    },
  );
});

test("an edit that changes nothing is no change", () => {
  assert.deepEqual(
    changesOf({ changes: { [URI]: [edit(0, 0, 1, "a")] } }, files({ [URI]: "a" })),
    [],
  );
});
