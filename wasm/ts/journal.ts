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

/** Messages of the protocol by which texts, once there, are read. */
const READS_TEXT: ReadonlySet<string> = new Set([
  "textDocument/didOpen",
  "textDocument/didChange",
  "textDocument/diagnostic",
]);

/** The journal of one connection. It can be posted to a worker: see `Journal.of`. */
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
  /** Files that made an engine fail. */
  readonly shunned = new Set<string>();
  /** The number of the engine's next request. */
  nextId = 0;
  /** The client asks for diagnostics. */
  pulls = false;

  /** A journal that was posted to a worker, which left its methods behind. */
  static of(posted: Journal): Journal {
    return Object.assign(new Journal(), posted);
  }

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

  /** Takes down a message of the engine. */
  heard(message: Message): void {
    if (message.id === undefined || message.id === null) return;
    if (message.method !== undefined) {
      // Not those of a supervisor, which are no numbers.
      if (typeof message.id === "number") this.nextId = message.id + 1;
      return;
    }
    if (message.id === this.initialize?.id && message.result !== undefined) {
      const result = message.result as { capabilities?: { diagnosticProvider?: unknown } };
      this.pulls ||= result.capabilities?.diagnosticProvider !== undefined;
    }
    this.unanswered.delete(message.id);
  }

  /** The version of a document whose text is shorter than its history by now. */
  longVersion(uri: string): number | undefined {
    const changes = this.documents.get(uri)?.changes ?? [];
    return changes.length < LONG_HISTORY ? undefined : changes.at(-1)?.textDocument.version;
  }

  /** Replaces the history of a document up to a version by its text. */
  shorten(uri: string, version: number, text: string): void {
    const document = this.documents.get(uri);
    if (document === undefined) return;
    const at = document.changes.map((it) => it.textDocument.version).lastIndexOf(version);
    if (at < 0) return;
    document.opened = { textDocument: { ...document.opened.textDocument, text, version } };
    document.changes = document.changes.slice(at + 1);
  }

  /** Notes that a document or a file made an engine fail: the next one will not read it. */
  blame(uri: string): void {
    const document = this.documents.get(uri);
    if (document === undefined) {
      this.shunned.add(uri);
      return;
    }
    document.failures += 1;
    document.peaceful = 0;
  }
}

/** The document whose text an engine reads because of a message. */
export function textReadBy(message: Message): string | undefined {
  return READS_TEXT.has(message.method ?? "") ? documentOf(message) : undefined;
}

/** The document that a message is about. */
export function documentOf(message: Message): string | undefined {
  const params = message.params as { textDocument?: { uri?: unknown } } | null | undefined;
  const uri = params?.textDocument?.uri;
  return typeof uri === "string" ? uri : undefined;
}
