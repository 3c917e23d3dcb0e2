import assert from "node:assert/strict";
import { test } from "node:test";
import { CALL, Client, Files, GREET, WHO } from "./client.mjs";

const A = "file:///w/a.yaml";

test("findings come and go with the edits", async (t) => {
  const client = await Client.start();
  t.after(() => client.dispose());
  assert.equal(client.offer.serverInfo.name, "konflux-ls");
  client.open(A, GREET);
  assert.deepEqual(await client.published(A, 1), []);
  client.change(A, 2, WHO, "whom");
  assert.deepEqual(await client.published(A, 2), ["undeclared-param"]);
  client.change(A, 3, [11, 23, 11, 27], "who");
  assert.deepEqual(await client.published(A, 3), []);
});

test("a burst of edits is analysed once", async (t) => {
  const client = await Client.start();
  t.after(() => client.dispose());
  client.open(A, GREET);
  await client.published(A, 1);
  for (let version = 2; version < 102; version++)
    client.change(A, version, [0, 0, 0, 0], "# more\n");
  assert.deepEqual(await client.published(A, 101), []);
  assert.deepEqual(client.said, [], "nothing is said about versions in between");
});

test("a cancelled request is answered once, as cancelled", async (t) => {
  const client = await Client.start();
  t.after(() => client.dispose());
  client.open(A, GREET);
  const place = { textDocument: { uri: A }, position: { line: 1, character: 8 } };
  const cancelled = client.send("textDocument/hover", place);
  client.notify("$/cancelRequest", { id: cancelled });
  const served = client.send("textDocument/hover", place);
  assert.equal((await client.answer(cancelled)).error.code, -32800);
  assert.match((await client.answer(served)).result.contents.value, /^Task greet/);
});

test("files are found where the host has them", async (t) => {
  const files = new Files({
    "file:///w/tasks/greet.yaml": GREET,
    "file:///w/notes.yaml": "a: 1\n",
  });
  const client = await Client.start({ files });
  t.after(() => client.dispose());
  const call = "file:///w/tasks/call.yaml";
  client.open(call, CALL);
  const missing = (params) => params.uri === call && params.diagnostics.length === 1;
  await client.expect("textDocument/publishDiagnostics", missing);
  files.texts.set("file:///w/tasks/greet.yaml", GREET.replace("type: string", "default: you"));
  const changes = [{ uri: "file:///w/tasks/greet.yaml", type: 2 }];
  client.notify("workspace/didChangeWatchedFiles", { changes });
  const none = (params) => params.uri === call && params.diagnostics.length === 0;
  await client.expect("textDocument/publishDiagnostics", none);
});

test("a client may serve the files itself", async (t) => {
  const client = new Client();
  t.after(() => client.dispose());
  const capabilities = { experimental: { konfluxFiles: true } };
  await client.request("initialize", { capabilities, rootUri: "vscode-vfs://host/w" });
  client.notify("initialized", {});
  const asked = await client.expect("konflux/listFiles");
  assert.deepEqual(asked.folders, ["vscode-vfs://host/w"]);
});

test("the end of the conversation is the end of the worker", async (t) => {
  const client = await Client.start();
  t.after(() => client.dispose());
  assert.equal(await client.request("shutdown"), null);
  assert.equal((await client.refused("textDocument/hover", {})).code, -32600);
  client.notify("exit");
  await client.ended();
});

test("a module that is none is the answer to every request", async (t) => {
  const client = new Client({ wasm: new Uint8Array([1, 2, 3]) });
  t.after(() => client.dispose());
  const error = await client.refused("initialize", { capabilities: {} });
  assert.equal(error.code, -32603);
  assert.match(error.message, /WebAssembly/);
});
