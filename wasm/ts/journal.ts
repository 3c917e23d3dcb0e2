/**
 * What a client has said that an engine must know: enough to put a new engine in the place of one
 * that failed. Texts are kept as they were told: opened, and changed by changes.
 */

import type { Message } from "./messages.js";

/** An open document. */
export interface OpenDocument {
  /** The params of its `didOpen`, or of one that would have the same effect. */
  opened: DidOpenParams;
  /** The params of each `didChange` since. */
  changes: DidChangeParams[];
  /** How often it made an engine fail lately. */
  failures: number;
  /** Changes since that last happened. */
  peaceful: number;
}

interface DidOpenParams {
  textDocument: { uri: string; version: number; text: string };
}

interface DidChangeParams {
  textDocument: { uri: string; version: number };
}

/** After so many changes the text itself is shorter than its history. */
const LONG_HISTORY = 200;
/** After so many changes without one, failures are forgiven. */
const FORGIVEN_AFTER = 50;

/** The journal of one connection. */
export class Journal {
  /** The first message. */
  initialize: Message | undefined;
  /** The second one. */
  initialized: Message | undefined;
  /** Changes of the workspace's folders. */
  readonly folders: Message[] = [];
  /** The open documents by their address, in the order in which they were opened. */
  readonly documents = new Map<string, OpenDocument>();
  /** Requests without an answer yet, oldest first. */
  readonly unanswered = new Map<number | string, Message>();

  /** Takes down a message of the client, before anything is done with it. */
  note(message: Message): void {
    if (message.method === undefined) return;
    if (message.id !== undefined && message.id !== null) this.unanswered.set(message.id, message);
    switch (message.method) {
      case "initialize":
        this.initialize ??= message;
        break;
      case "initialized":
        this.initialized ??= message;
        break;
      case "workspace/didChangeWorkspaceFolders":
        this.folders.push(message);
        break;
      case "textDocument/didOpen":
        this.#open(message.params as DidOpenParams);
        break;
      case "textDocument/didChange":
        this.#change(message.params as DidChangeParams);
        break;
      case "textDocument/didClose":
        this.documents.delete(documentOf(message) ?? "");
        break;
    }
  }

  #open(opened: DidOpenParams): void {
    const uri = opened?.textDocument?.uri;
    if (typeof uri !== "string") return;
    this.documents.delete(uri);
    this.documents.set(uri, { opened, changes: [], failures: 0, peaceful: 0 });
  }

  #change(change: DidChangeParams): void {
    const document = this.documents.get(change?.textDocument?.uri);
    if (document === undefined) return;
    document.changes.push(change);
    document.peaceful += 1;
    if (document.peaceful > FORGIVEN_AFTER) document.failures = 0;
  }

  /** Shortens the history of a document whose text is known. */
  shorten(uri: string, text: () => string | undefined): void {
    const document = this.documents.get(uri);
    if (document === undefined || document.changes.length < LONG_HISTORY) return;
    const now = text();
    const version = document.changes.at(-1)?.textDocument.version;
    if (now === undefined || version === undefined) return;
    const textDocument = { ...document.opened.textDocument, text: now, version };
    document.opened = { textDocument };
    document.changes = [];
  }

  /** Notes that a document made an engine fail; false when it is not open. */
  blame(uri: string): boolean {
    const document = this.documents.get(uri);
    if (document === undefined) return false;
    document.failures += 1;
    document.peaceful = 0;
    return true;
  }
}

/** The document that a message is about. */
export function documentOf(message: Message): string | undefined {
  const params = message.params as { textDocument?: { uri?: unknown } } | null | undefined;
  const uri = params?.textDocument?.uri;
  return typeof uri === "string" ? uri : undefined;
}
