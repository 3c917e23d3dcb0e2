/** What is sent to and from a worker. */

import type { Journal } from "./journal.js";

/** A JSON-RPC 2.0 message: a request, a notification or an answer. */
export interface Message {
  jsonrpc: "2.0";
  id?: number | string | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

/** Where the module comes from: compiled, as bytes, or an address to fetch it from. */
export type WasmSource = WebAssembly.Module | BufferSource | URL | string;

/** The first message to a worker; `startServer` sends it. */
export interface StartMessage {
  konfluxStart: { wasm: WasmSource; instead?: Predecessor | undefined };
}

/** The worker in whose place this one is. */
export interface Predecessor {
  /** What was said to it. */
  journal: Journal;
  /** Why it is gone. */
  reason: string;
}

/** Asks a worker whether it still answers; from then on it says what it is doing. */
export interface Ping {
  konfluxPing: number;
}

/** What a worker that was asked once says beside the protocol. */
export interface Sign {
  konfluxSign:
    | { kind: "alive"; ping: number; isIdle: boolean }
    | ({ kind: "doing" } & Doing)
    | { kind: "text"; uri: string; version: number; text: string };
}

/** What a worker is about to do. */
export interface Doing {
  /** The request that it computes. */
  request?: number | string | undefined;
  /** The document or file that it looks into. */
  subject?: string | undefined;
}

const INTERNAL_ERROR = -32603;

/** Answers a request with an error; other messages have nobody who waits. */
export function refuse(message: Message, reason: string, post: (message: Message) => void): void {
  if (message.id === undefined || message.method === undefined) return;
  const error = { code: INTERNAL_ERROR, message: `konflux-ls failed: ${reason}` };
  post({ jsonrpc: "2.0", id: message.id, error });
}
