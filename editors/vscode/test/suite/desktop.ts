/** What differs where there are processes: which engine runs, and what happens when it cannot. */

import { Uri, workspace } from "vscode";
import {
  api,
  assert,
  eventually,
  finding,
  findings,
  open,
  ruleOf,
  test,
  withSetting,
} from "./kit.js";

test("the native server of the extension runs", async () => {
  const { engine } = (await api()).server;
  assert(engine?.kind === "native", `${engine?.kind} runs`);
  assert(engine.origin === "comes with the extension", engine.origin);
});

test("with a wrong path, another server runs", async () => {
  await withSetting("konflux-ls.server.path", "/nowhere/konflux-ls", async () => {
    const { server } = await api();
    await eventually("a server", () => server.client && server.engine?.kind === "native");
  });
});

test("as WebAssembly it finds the same", async () => {
  const { server } = await api();
  const document = await open("release/pipelines/publish-image/publish-image.yaml");
  await finding(document, "missing-param");
  const found = () => findings(document).map(ruleOf).sort().join();
  const native = found();
  await withSetting("konflux-ls.engine", "wasm", async () => {
    await eventually("WebAssembly", () => server.client && server.engine?.kind === "wasm");
    await eventually(`${native} as before`, () => found() === native);
  });
  await eventually("the native server", () => server.client && server.engine?.kind === "native");
});

test("the second folder of the workspace is looked at too", async () => {
  const second = workspace.workspaceFolders?.[1]?.uri;
  assert(second, "there is one folder");
  const document = await workspace.openTextDocument(Uri.joinPath(second, "pipeline.yaml"));
  await finding(document, "unknown-run-after");
});
