/** What a failed engine costs: one answer, never a text. The module fails where it is told to. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CALL, Client, Files, GREET, WHO } from "./client.mjs";
import { A, at, B, failing, START, start } from "./failing.mjs";

const MARK = "# konflux: trap\n";

/** That an engine was replaced is said in the log, with the reason. */
async function replaced(client) {
  const log = await client.expect("window/logMessage");
  assert.match(log.message, /failed and was started again: .*asked to fail by a test/s);
}

test("an edit that is fatal costs no text", async (t) => {
  const client = await start(t);
  client.open(A, GREET);
  client.open(B, GREET.replace("who)", "whom)"));
  // Texts that only their history tells.
  client.change(A, 2, START, "# one\n# ü😀\n");
  client.change(B, 2, START, "# two\n");
  assert.deepEqual(await client.published(B, 2), ["undeclared-param"]);
  client.change(A, 3, START, MARK);
  await replaced(client);
  // The document is not read in this state; the other one is as it was.
  const [failure] = (await client.expect("textDocument/publishDiagnostics", at(A, 3))).diagnostics;
  assert.match(failure.message, /The analysis of this text failed/);
  const told = await client.expect("textDocument/publishDiagnostics", at(B, 2));
  assert.equal(told.diagnostics[0].range.start.line, WHO[0] + 1);
  // Without the mark it is read again, and has all of its edits.
  client.change(A, 4, [0, 0, 1, 0], "");
  assert.deepEqual(await client.published(A, 4), []);
  const [line, from, , to] = WHO;
  client.change(A, 5, [line + 2, from, line + 2, to], "whom");
  assert.deepEqual(await client.published(A, 5), ["undeclared-param"]);
});

test("a request that is fatal is answered with an error, the others as usual", async (t) => {
  const client = await start(t);
  client.open(A, GREET);
  const place = { textDocument: { uri: A }, position: { line: 1, character: 8 } };
  const before = client.send("textDocument/hover", place);
  const fatal = client.send("textDocument/hover", { ...place, note: MARK });
  const after = client.send("textDocument/hover", place);
  const { error } = await client.answer(fatal);
  assert.equal(error.code, -32603);
  assert.match(error.message, /konflux-ls failed: .*asked to fail by a test/s);
  for (const id of [before, after]) {
    assert.match((await client.answer(id)).result.contents.value, /^Task greet/);
  }
});

test("a file that is fatal is left alone, the others are read", async (t) => {
  const texts = { "file:///w/greet.yaml": GREET, "file:///w/trap.yaml": GREET };
  const client = await start(t, { files: new Files(texts) });
  await replaced(client);
  const call = "file:///w/call.yaml";
  client.open(call, CALL);
  const missing = (params) => params.uri === call && params.diagnostics.length === 1;
  await client.expect("textDocument/publishDiagnostics", missing);
});

test("a document whose findings are fatal is left alone until it is changed", async (t) => {
  const client = await start(t);
  const trap = "file:///w/trap.yaml";
  client.open(A, GREET.replace("who)", "whom)"));
  client.open(trap, GREET);
  await replaced(client);
  assert.deepEqual(await client.published(A, 1), ["undeclared-param"]);
});

test("a client that pulls is asked to pull again", async (t) => {
  const capabilities = {
    textDocument: { diagnostic: {} },
    workspace: { diagnostics: { refreshSupport: true } },
  };
  const client = await start(t, { capabilities });
  client.open(A, GREET.replace("who)", "whom)"));
  client.open(B, MARK);
  await replaced(client);
  await client.expect("workspace/diagnostic/refresh");
  const report = await client.request("textDocument/diagnostic", { textDocument: { uri: A } });
  assert.equal(report.items[0].code, "undeclared-param");
});

test("long histories are shortened without losing anything", async (t) => {
  const client = await start(t);
  client.open(A, GREET);
  for (let version = 2; version < 502; version++) client.change(A, version, START, "# ü\n");
  client.change(A, 502, [WHO[0] + 500, WHO[1], WHO[2] + 500, WHO[3]], "whom");
  client.open(B, MARK);
  await replaced(client);
  const told = await client.expect("textDocument/publishDiagnostics", at(A, 502));
  assert.equal(told.diagnostics[0].range.start.line, WHO[0] + 500);
});

test("when nothing helps, every request is told so", async (t) => {
  const client = new Client(failing);
  t.after(() => client.dispose());
  const error = await client.refused("initialize", { capabilities: {}, note: MARK });
  assert.match(error.message, /asked to fail by a test/);
  const later = await client.refused("textDocument/hover", {});
  assert.match(later.message, /asked to fail by a test/);
});
