/** An engine that comes to no end: another takes its place. The module loops where it is told to. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CALL, Client, Files, GREET } from "./client.mjs";
import { A, at, B, failing, START, start } from "./failing.mjs";

const MARK = "# konflux: loop\n";
const PLACE = { textDocument: { uri: A }, position: { line: 1, character: 8 } };

/** Seconds are long in a test. */
const options = { ...failing, patience: 2000 };

/** People are told, and the log says the same. */
async function replaced(client) {
  const told = await client.expect("window/showMessage");
  assert.equal(told.message, "The analysis was started again: it gave no answer for 2 seconds.");
  assert.equal(told.type, 2);
}

test("an edit without an end costs no text", async (t) => {
  const client = await start(t, options);
  client.open(A, GREET);
  client.open(B, GREET.replace("who)", "whom)"));
  client.change(B, 2, START, "# two\n");
  assert.deepEqual(await client.published(B, 2), ["undeclared-param"]);
  client.change(A, 2, START, MARK);
  // Nobody has heard this yet.
  client.change(B, 3, START, "# three\n");
  const hover = client.send("textDocument/hover", { ...PLACE, textDocument: { uri: B } });
  await replaced(client);
  const { diagnostics } = await client.expect("textDocument/publishDiagnostics", at(A, 2));
  assert.match(diagnostics[0].message, /The analysis of this text failed/);
  assert.deepEqual(await client.published(B, 3), ["undeclared-param"]);
  assert.equal((await client.answer(hover)).error, undefined);
  // Without the mark it is read again.
  client.change(A, 3, [0, 0, 1, 0], "");
  assert.deepEqual(await client.published(A, 3), []);
});

test("a request without an end is answered with an error, the others as usual", async (t) => {
  const client = await start(t, options);
  client.open(A, GREET);
  assert.deepEqual(await client.published(A, 1), []);
  const fatal = client.send("textDocument/hover", { ...PLACE, note: MARK });
  const after = client.send("textDocument/hover", PLACE);
  const { error } = await client.answer(fatal);
  assert.match(error.message, /konflux-ls failed: it gave no answer for 2 seconds/);
  assert.match((await client.answer(after)).result.contents.value, /^Task greet/);
});

test("a file without an end is left alone, the others are read", async (t) => {
  const texts = { "file:///w/greet.yaml": GREET, "file:///w/loop.yaml": GREET };
  const client = await start(t, { ...options, files: new Files(texts) });
  await replaced(client);
  const call = "file:///w/call.yaml";
  client.open(call, CALL);
  const missing = (params) => params.uri === call && params.diagnostics.length === 1;
  await client.expect("textDocument/publishDiagnostics", missing);
});

test("a long history survives, and what was typed after it was shortened", async (t) => {
  const client = await start(t, options);
  client.open(A, GREET);
  for (let version = 2; version < 250; version++) client.change(A, version, START, "# ü\n");
  await client.published(A, 249);
  client.change(A, 250, START, "# last\n");
  client.open(B, MARK);
  await replaced(client);
  client.change(A, 251, [1, 0, 249, 0], "");
  const hover = { textDocument: { uri: A }, position: { line: 2, character: 8 } };
  assert.match((await client.request("textDocument/hover", hover)).contents.value, /^Task greet/);
});

test("when nothing helps, people and every request are told so", async (t) => {
  const client = new Client({ ...options, patience: 1000 });
  t.after(() => client.dispose());
  const error = await client.refused("initialize", { capabilities: {}, note: MARK });
  assert.match(error.message, /it gave no answer for 1 seconds?/);
  const told = await client.expect("window/showMessage", ({ type }) => type === 1);
  assert.match(told.message, /^The analysis cannot be started again: /);
  const later = await client.refused("textDocument/hover", PLACE);
  assert.match(later.message, /it gave no answer/);
});

test("while there is nothing to do, nobody is asked", async (t) => {
  const client = await start(t, options);
  client.open(A, GREET);
  await client.published(A, 1);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  assert.deepEqual(
    client.said.filter(({ method }) => method.startsWith("window/")),
    [],
  );
});
