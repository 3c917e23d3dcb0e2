/** The WebAssembly engine in a Web Worker. */

import { startServer } from "konflux-ls-wasm";
import { type ExtensionContext, Uri, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import type { Engine } from "../engine.js";
import { fileHost } from "../files.js";
import { transports } from "./transports.js";

export function wasmEngine(context: ExtensionContext): Engine {
  const read = (name: string) =>
    workspace.fs.readFile(Uri.joinPath(context.extensionUri, "dist", name));
  const start = async () => {
    const [script, wasm] = await Promise.all([read("worker.js"), read("engine.wasm")]);
    return transports(startServer({ worker: () => startWorker(script), wasm, files: fileHost }));
  };
  return {
    kind: "wasm",
    origin: "in a Web Worker",
    createClient: (options) => new LanguageClient("konflux-ls", "Konflux", start, options),
  };
}

/**
 * Through a Blob, because a worker cannot be started from the address of an extension everywhere:
 * it may be of another origin, or of a scheme that only the editor can read.
 */
function startWorker(script: Uint8Array): Worker {
  const url = URL.createObjectURL(new Blob([new Uint8Array(script)], { type: "text/javascript" }));
  const worker = new Worker(url);
  // The editor's own Worker reads the address later: only a first message says that it was read.
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
