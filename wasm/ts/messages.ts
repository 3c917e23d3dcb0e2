/** What is sent to and from a worker. */

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
  konfluxStart: { wasm: WasmSource };
}
