/** The WebAssembly engine in a worker thread of Node. */

import { Worker } from "node:worker_threads";
import { startServer } from "konflux-ls-wasm";
import { type ExtensionContext, Uri, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import type { Engine } from "../engine.js";
import { fileHost } from "../files.js";
import { transports } from "./transports.js";

export function wasmEngine(context: ExtensionContext): Engine {
  const file = (name: string) => Uri.joinPath(context.extensionUri, "dist", name);
  const start = async () => {
    const wasm = await workspace.fs.readFile(file("engine.wasm"));
    const worker = () => new Worker(file("node-worker.cjs").fsPath);
    return transports(startServer({ worker, wasm, files: fileHost }));
  };
  return {
    kind: "wasm",
    origin: "in a worker thread",
    createClient: (options) => new LanguageClient("konflux-ls", "Konflux", start, options),
  };
}
