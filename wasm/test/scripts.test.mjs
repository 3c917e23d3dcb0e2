/**
 * Scripts that nobody should write, on the stack that the module has: an answer comes, and the engine
 * that gives it is still the first one.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Client } from "./client.mjs";

const MEGABYTE = 1 << 20;
const WASM = new URL(import.meta.resolve("konflux-ls-wasm/engine.wasm"));

/** The stack grows down from where its pointer begins, to the start of the memory. */
const STACK = MEGABYTE;

const many = (text) => text.repeat(Math.ceil(MEGABYTE / text.length));

const HOSTILE = {
  "unbalanced quotes": many("echo \"it's open\n"),
  "a here document without end": `cat <<END\n${many("oras push a b\n")}`,
  parentheses: many("("),
  substitutions: many("$("),
  "few substitutions": "$(".repeat(9),
  backquotes: many("`"),
  braces: many("{ "),
  "blocks at the limit": `${"if a; then ".repeat(47)}x${"; fi".repeat(47)}`,
  expansions: `"${many("${a:-")}`,
  "a fork bomb": ":(){ :|:& };:",
  "control characters": many("\u0001\u001b[2J\u0007\u007f "),
  NUL: many("a\0b "),
  "an unknown language": `#!/usr/bin/perl\n${many("print qq{it's (};\n")}`,
  Python: `#!/usr/bin/env python3\n${many('x.post([("')}`,
  lists: many("a=("),
  pipes: many("a | "),
};

const task = (script) => `apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: thing
spec:
  steps:
    - name: s
      image: quay.io/example/tools
      script: |
${script.replace(/^/gm, "        ")}
`;

/** Where the stack pointer, the first global of the module, begins. */
function stackPointer(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const GLOBALS = 6;
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = number() + at;
    if (section === GLOBALS) {
      number();
      const [type, mutable, op] = bytes.subarray(at, at + 3);
      at += 3;
      assert.deepEqual([type, mutable, op], [0x7f, 1, 0x41], "an i32 that changes, a constant");
      return number();
    }
    at = end;
  }
  throw new Error("no globals");
}

test("the module has a stack of one megabyte, below everything else", () => {
  assert.equal(stackPointer(readFileSync(WASM)), STACK);
});

test("hostile scripts are answered, by the engine that was there", async (t) => {
  const client = await Client.start();
  t.after(() => client.dispose());
  for (const [what, script] of Object.entries(HOSTILE)) {
    const uri = `file:///w/${encodeURIComponent(what)}.yaml`;
    client.open(uri, task(script));
    await client.published(uri, 1);
    const place = { textDocument: { uri }, position: { line: 3, character: 8 } };
    const hover = await client.request("textDocument/hover", place);
    assert.match(hover.contents.value, /Unclassified/, what);
    client.close(uri);
  }
  const failures = client.said.filter(({ method }) => method === "window/logMessage");
  assert.deepEqual(failures, []);
});
