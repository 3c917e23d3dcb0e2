/** Answers the server's questions about files on this side of the worker. */

import type { Message } from "./messages.js";
import {
  type DocumentUri,
  LIST_FILES,
  type ListFilesParams,
  type ListFilesResult,
  READ_FILES,
  type ReadFilesParams,
} from "./protocol.js";

/** Where the files of the workspace are. */
export interface FileHost {
  /** The files below some folders: see `ListFilesResult`. */
  list(folders: DocumentUri[], limit: number): ListFilesResult | Promise<ListFilesResult>;
  /** The text of a file; `null` when it is gone, unreadable, or would not be listed. */
  read(file: DocumentUri): string | null | Promise<string | null>;
}

type Hear = (message: Message) => void;

/** Puts itself between client and server: the client neither sees nor answers such questions. */
export function serveFiles(files: FileHost, send: Hear, tell: Hear): { send: Hear; hear: Hear } {
  return {
    send: (message) => send(message.method === "initialize" ? withFiles(message) : message),
    hear: (message) => {
      const question = ask(files, message);
      if (question === undefined) return tell(message);
      question.then(
        (result) => send({ jsonrpc: "2.0", id: message.id ?? null, result }),
        (reason) => send({ jsonrpc: "2.0", id: message.id ?? null, error: failure(reason) }),
      );
    },
  };
}

function ask(files: FileHost, message: Message): Promise<unknown> | undefined {
  if (message.id === undefined) return undefined;
  switch (message.method) {
    case LIST_FILES: {
      const { folders, limit } = message.params as ListFilesParams;
      return Promise.resolve().then(() => files.list(folders, limit));
    }
    case READ_FILES: {
      const read = async (file: DocumentUri) => files.read(file);
      const texts = Promise.all((message.params as ReadFilesParams).files.map(read));
      return texts.then((texts) => ({ texts }));
    }
    default:
      return undefined;
  }
}

interface InitializeParams {
  capabilities?: { experimental?: Record<string, unknown> };
}

function withFiles(message: Message): Message {
  const params = (message.params ?? {}) as InitializeParams;
  const experimental = { ...params.capabilities?.experimental, konfluxFiles: true };
  const capabilities = { ...params.capabilities, experimental };
  return { ...message, params: { ...params, capabilities } };
}

function failure(reason: unknown): { code: number; message: string } {
  return { code: -32603, message: reason instanceof Error ? reason.message : String(reason) };
}
