/** The engine, in its worker, and what the page asks of it. */

import {
  hoverTooltips,
  jumpToDefinitionKeymap,
  LSPClient,
  type Transport,
} from "@codemirror/lsp-client";
import { keymap } from "@codemirror/view";
import {
  type FileHost,
  type Message,
  PIPELINE_GRAPH,
  type PipelineGraphParams,
  type PipelineGraphResult,
  startServer,
} from "konflux-ls-wasm";
import type { CodeAction, Diagnostic, PublishedDiagnostics } from "./protocol.js";

/** The engine compiles for longer than this only where something is wrong. */
const PATIENCE = 30_000;

const CAPABILITIES = {
  workspace: {
    workspaceEdit: {
      documentChanges: true,
      resourceOperations: ["create", "rename", "delete"],
      changeAnnotationSupport: {},
    },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "refactor"] } },
      dataSupport: true,
      resolveSupport: { properties: ["edit"] },
    },
  },
};

/** Hears what the engine finds. */
export interface EngineListener {
  diagnostics(params: PublishedDiagnostics): void;
  /** Something for people to read. */
  message(text: string): void;
}

/** Starts the engine. It knows the files of its clients, and those of `files`. */
export function startEngine(files: FileHost, listener: EngineListener): LSPClient {
  const server = startServer({ worker: () => new Worker("worker.js"), wasm: "engine.wasm", files });
  const client = new LSPClient({
    rootUri: "file:///",
    timeout: PATIENCE,
    extensions: [
      hoverTooltips(),
      keymap.of([...jumpToDefinitionKeymap]),
      {
        clientCapabilities: CAPABILITIES,
        notificationHandlers: {
          "textDocument/publishDiagnostics": (_client, params: PublishedDiagnostics) => {
            listener.diagnostics(params);
            return true;
          },
          "window/showMessage": (_client, { message }: { message: string }) => {
            listener.message(message);
            return true;
          },
        },
      },
    ],
  });
  const listeners = new Map<(text: string) => void, () => void>();
  const transport: Transport = {
    send: (text) => server.send(JSON.parse(text) as Message),
    subscribe: (listen) => {
      listeners.set(
        listen,
        server.onMessage((message) => listen(JSON.stringify(message))),
      );
    },
    unsubscribe: (listen) => {
      listeners.get(listen)?.();
      listeners.delete(listen);
    },
  };
  return client.connect(transport);
}

/** The pipelines of a file. */
export function graphsOf(client: LSPClient, uri: string): Promise<PipelineGraphResult> {
  const params: PipelineGraphParams = { textDocument: { uri } };
  return client.request<PipelineGraphParams, PipelineGraphResult>(PIPELINE_GRAPH, params);
}

/** What mends a finding, with the edits. */
export async function fixesOf(
  client: LSPClient,
  uri: string,
  diagnostic: Diagnostic,
): Promise<CodeAction[]> {
  client.sync();
  const { range } = diagnostic;
  const params = { textDocument: { uri }, range, context: { diagnostics: [diagnostic] } };
  const actions = await client.request<typeof params, CodeAction[] | null>(
    "textDocument/codeAction",
    params,
  );
  const ours = (actions ?? []).filter((action) => mends(action, diagnostic));
  return Promise.all(
    ours.map((action) =>
      action.edit ? action : client.request<CodeAction, CodeAction>("codeAction/resolve", action),
    ),
  );
}

/** Several findings may touch the same place. */
function mends({ diagnostics }: CodeAction, { code, range }: Diagnostic): boolean {
  const isIt = (other: Pick<Diagnostic, "code" | "range">) =>
    other.code === code && JSON.stringify(other.range) === JSON.stringify(range);
  return diagnostics === undefined || diagnostics.some(isIt);
}
