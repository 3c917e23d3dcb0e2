/** What differs in a browser. */

import { api, assert, test } from "./kit.js";

test("the server runs as WebAssembly", async () => {
  const { engine } = (await api()).server;
  assert(engine?.kind === "wasm", `${engine?.kind} runs`);
});
