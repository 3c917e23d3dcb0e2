/** The script of a worker of Node. */

import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import type { WasmSource } from "./messages.js";
import { serve } from "./serve.js";

async function compile(wasm: WasmSource): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return wasm;
  const isAddress = typeof wasm === "string" || wasm instanceof URL;
  return WebAssembly.compile(isAddress ? await readFile(asPath(wasm)) : wasm);
}

function asPath(address: string | URL): string | URL {
  return String(address).startsWith("file:") ? new URL(address) : address;
}

const receive = serve({
  post: (message) => parentPort?.postMessage(message),
  later: (task) => setImmediate(task),
  compile,
  close: () => parentPort?.close(),
});
parentPort?.on("message", receive);
