/** What differs where there are processes: which engine runs, and what happens when it cannot. */

import { api, assert, eventually, test, withSetting } from "./kit.js";

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

test("with a wrong path, and only native wanted, no server runs", async () => {
  const { server } = await api();
  await withSetting("konflux-ls.engine", "native", async () => {
    await withSetting("konflux-ls.server.path", "relative/konflux-ls", async () => {
      await eventually("no server", () => server.client === undefined);
    });
    await eventually("a server", () => server.client !== undefined);
  });
});
