/** The script of a Web Worker: in one file, and without a module's syntax. */

import type { WasmSource } from "./messages.js";
import { serve } from "./serve.js";

declare const self: DedicatedWorkerGlobalScope;

async function compile(wasm: WasmSource): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (typeof wasm !== "string" && !(wasm instanceof URL)) return WebAssembly.compile(wasm);
  const response = await fetch(wasm);
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  const isWasm = response.headers.get("Content-Type")?.startsWith("application/wasm") ?? false;
  return isWasm
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

// Tasks of a channel take turns with the messages of the worker; timers would wait longer.
const channel = new MessageChannel();
let next = () => {};
channel.port1.onmessage = () => next();

const receive = serve({
  post: (message) => self.postMessage(message),
  later: (task) => {
    next = task;
    channel.port2.postMessage(null);
  },
  compile,
  close: () => self.close(),
});
self.onmessage = (event: MessageEvent<unknown>) => receive(event.data);
