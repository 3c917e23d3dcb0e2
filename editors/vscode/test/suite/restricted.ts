/** A workspace that nobody trusts, and an extension without a native server. */

import { Uri, workspace } from "vscode";
import { api, assert, eventually, finding, folder, open, test, withSetting } from "./kit.js";

test("the workspace is not trusted, and its findings are shown", async () => {
  assert(!workspace.isTrusted, "it is trusted");
  await finding(await open("release/pipelines/publish-image/publish-image.yaml"), "missing-param");
});

test("nothing from the workspace was executed, and WebAssembly runs", async () => {
  const { engine } = (await api()).server;
  assert(engine?.kind === "wasm", `${engine?.kind} runs`);
  const executed = await workspace.fs.stat(Uri.joinPath(folder(), "executed")).then(
    () => true,
    () => false,
  );
  assert(!executed, "the server of the workspace was executed");
});

test("where only native is wanted, no server runs", async () => {
  const { server } = await api();
  await withSetting("konflux-ls.engine", "native", async () => {
    await eventually("no server", () => server.client === undefined);
  });
  await eventually("a server", () => server.client !== undefined);
});
