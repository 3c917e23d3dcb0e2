/**
 * The language server for Konflux pipelines and tasks, in a worker.
 *
 * The worker runs `konflux-ls-wasm/worker` (browsers, VS Code for the Web) or
 * `konflux-ls-wasm/node-worker` (Node). After `startServer` it speaks JSON-RPC messages as plain
 * objects in both directions and nothing else, so a client that takes a worker can be given it.
 */

import { type FileHost, serveFiles } from "./files.js";
import type { Message, StartMessage, WasmSource } from "./messages.js";

export type { FileHost } from "./files.js";
export type { Message, StartMessage, WasmSource } from "./messages.js";
export * from "./protocol.js";

/** What a Web Worker and a worker of Node have in common. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

/** How to start a server. */
export interface StartOptions {
  /** A new worker, to which nothing was posted yet. */
  worker: WorkerLike;
  /** The module `konflux-ls-wasm/engine.wasm`. A URL is fetched by the worker. */
  wasm: WasmSource;
  /**
   * Where the files of the workspace are. Left out, the server asks its client, if that says
   * `"experimental": { "konfluxFiles": true }` in its capabilities; see `LIST_FILES`.
   */
  files?: FileHost;
}

/** A running server. */
export interface Server {
  /** Sends a JSON-RPC message to the server. */
  send(message: Message): void;
  /** Hears the server's messages from now on; the function that is returned ends that. */
  onMessage(listener: (message: Message) => void): () => void;
  /** Ends the worker, whatever it is doing. */
  dispose(): void;
}

/**
 * Starts the server in a worker. Messages may be sent at once: they wait for the module. A server
 * that cannot start answers every request with the reason.
 */
export function startServer({ worker, wasm, files }: StartOptions): Server {
  const start: StartMessage = { konfluxStart: { wasm: asText(wasm) } };
  worker.postMessage(start);
  const listeners = new Set<(message: Message) => void>();
  const tell = (message: Message) => {
    for (const listener of listeners) listener(message);
  };
  const server: Server = {
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose: () => {
      listeners.clear();
      worker.terminate();
    },
  };
  const served =
    files === undefined ? { send: server.send, hear: tell } : serveFiles(files, server.send, tell);
  listen(worker, served.hear);
  return { ...server, send: served.send };
}

/** Relative to the page, not to the worker, whose own address may be a Blob's. */
function asText(wasm: WasmSource): WasmSource {
  if (wasm instanceof URL) return wasm.href;
  const page = typeof location === "undefined" ? undefined : location.href;
  return typeof wasm === "string" && page !== undefined ? new URL(wasm, page).href : wasm;
}

function listen(worker: WorkerLike, hear: (message: Message) => void): void {
  if ("addEventListener" in worker) {
    const web = worker as unknown as EventTarget;
    web.addEventListener("message", (event) => hear((event as MessageEvent<Message>).data));
  } else {
    const node = worker as unknown as {
      on(event: "message", hear: (message: Message) => void): void;
    };
    node.on("message", hear);
  }
}
