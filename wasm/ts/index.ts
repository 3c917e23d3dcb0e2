/**
 * The language server for Konflux pipelines and tasks, in a worker.
 *
 * The worker runs `konflux-ls-wasm/worker` (browsers, VS Code for the Web) or
 * `konflux-ls-wasm/node-worker` (Node). `startServer` gives a connection to it, on which JSON-RPC
 * messages go in both directions as plain objects.
 */

import { type FileHost, serveFiles } from "./files.js";
import { Keeper, type WorkerLike } from "./keeper.js";
import type { Message, WasmSource } from "./messages.js";

export type { FileHost } from "./files.js";
export type { WorkerLike } from "./keeper.js";
export type { Message, WasmSource } from "./messages.js";
export * from "./protocol.js";

/** How to start a server. */
export interface StartOptions {
  /** Makes a worker. Called at once, and again when the one before does not answer any more. */
  worker: () => WorkerLike;
  /** The module `konflux-ls-wasm/engine.wasm`. A URL is fetched by the worker. */
  wasm: WasmSource;
  /**
   * Where the files of the workspace are. Left out, the server asks its client, if that says
   * `"experimental": { "konfluxFiles": true }` in its capabilities; see `LIST_FILES`.
   */
  files?: FileHost;
  /**
   * For how many milliseconds a worker may be silent while it has something to do, until another
   * takes its place; 15,000 if left out.
   */
  patience?: number;
}

/** A running server. */
export interface Server {
  /** Sends a JSON-RPC message to the server. */
  send(message: Message): void;
  /** Hears the server's messages from now on; the function that is returned ends that. */
  onMessage(listener: (message: Message) => void): () => void;
  /** Hears when a worker itself fails: its script is damaged, or it ran out of memory. */
  onFailure(listener: (reason: string) => void): () => void;
  /** Ends the worker, whatever it is doing. */
  dispose(): void;
}

/** A step of the analysis takes a fraction of a second, even in files of ten megabytes. */
const PATIENCE = 15_000;

/**
 * Starts the server in a worker. Messages may be sent at once: they wait for the module. A server
 * that cannot start answers every request with the reason.
 */
export function startServer({ worker, wasm, files, patience = PATIENCE }: StartOptions): Server {
  const messages = listeners<Message>();
  const failures = listeners<string>();
  const send = (message: Message) => keeper.send(message);
  const served =
    files === undefined ? { send, hear: messages.tell } : serveFiles(files, send, messages.tell);
  const keeper = new Keeper({
    newWorker: worker,
    wasm: asText(wasm),
    patience,
    hear: served.hear,
    failed: failures.tell,
  });
  return {
    send: served.send,
    onMessage: messages.add,
    onFailure: failures.add,
    dispose: () => keeper.dispose(),
  };
}

function listeners<What>() {
  const all = new Set<(what: What) => void>();
  return {
    tell: (what: What) => {
      for (const listener of all) listener(what);
    },
    add: (listener: (what: What) => void) => {
      all.add(listener);
      return () => {
        all.delete(listener);
      };
    },
  };
}

/** Relative to the page, not to the worker, whose own address may be a Blob's. */
function asText(wasm: WasmSource): WasmSource {
  if (wasm instanceof URL) return wasm.href;
  const page = typeof location === "undefined" ? undefined : location.href;
  return typeof wasm === "string" && page !== undefined ? new URL(wasm, page).href : wasm;
}
