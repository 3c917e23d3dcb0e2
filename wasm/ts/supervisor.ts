/**
 * Drives an engine, and puts a new one in its place when it fails.
 *
 * A panic ends an instance of the module for good. The next instance is given what the client has
 * said (see `journal.ts`), so the client notices no more than one request that failed. A document
 * that makes engines fail is opened in the next one without being read, until it changes.
 */

import {
  Engine,
  failure,
  __wbg_reset_state as freshInstance,
  initSync,
  subject,
} from "./engine/engine.js";
import { documentOf, Journal } from "./journal.js";
import type { Message } from "./messages.js";

const INTERNAL_ERROR = -32603;
/** Messages of the protocol by which texts, once there, are read. */
const READS_TEXT = new Set([
  "textDocument/didOpen",
  "textDocument/didChange",
  "textDocument/diagnostic",
]);

/** Closed files that may be fatal, one after the other, before there is no hope. */
const MAX_FAILURES = 20;

/** One connection to one client. */
export class Supervisor {
  readonly #post: (message: Message) => void;
  readonly #journal = new Journal();
  /** Files that made an engine fail. */
  readonly #shunned = new Set<string>();
  #engine: Engine;
  /** The number of the engine's next request. */
  #nextId = 0;
  #refreshes = 0;
  /** Engines that failed since the client last said something. */
  #failures = 0;
  /** The client asks for diagnostics. */
  #pulls = false;
  /** Why there is no engine any more, if even new ones fail. */
  #hopeless: string | undefined;

  /** Starts the first engine. `post` takes what goes to the client. */
  constructor(module: WebAssembly.Module, post: (message: Message) => void) {
    this.#post = post;
    initSync({ module });
    this.#engine = new Engine(0);
  }

  /** Takes a message of the client. */
  receive(message: Message): void {
    if (this.#hopeless !== undefined) {
      refuse(message, this.#hopeless, this.#post);
      return;
    }
    this.#journal.note(message);
    this.#failures = 0;
    try {
      this.#deliver(this.#engine.receive(JSON.stringify(message)));
    } catch (error) {
      this.#replaceEngine(error, message);
      return;
    }
    if (message.method === "textDocument/didChange") {
      const uri = documentOf(message) ?? "";
      this.#journal.shorten(uri, () => this.#engine.text(uri));
    }
  }

  /** Does a piece of work; false when there is none. */
  work(): boolean {
    if (this.#hopeless !== undefined) return false;
    try {
      const messages = this.#engine.work();
      if (messages === undefined) return false;
      this.#deliver(messages);
    } catch (error) {
      // The engine answers in order: the oldest request is the one that it was working on.
      const [oldest] = this.#journal.unanswered.values();
      this.#replaceEngine(error, oldest);
    }
    return true;
  }

  /** Whether the client has said goodbye. */
  get ended(): boolean {
    return this.#hopeless === undefined && this.#engine.ended() !== undefined;
  }

  #deliver(messages: string, wanted: (message: Message) => boolean = () => true): void {
    for (const message of JSON.parse(messages) as Message[]) {
      this.#keepTrack(message);
      if (wanted(message)) this.#post(message);
    }
  }

  #keepTrack(message: Message): void {
    if (message.id === undefined || message.id === null) return;
    if (message.method !== undefined) {
      this.#nextId = Number(message.id) + 1;
      return;
    }
    if (message.id === this.#journal.initialize?.id && message.result !== undefined) {
      const result = message.result as { capabilities?: { diagnosticProvider?: unknown } };
      this.#pulls ||= result.capabilities?.diagnosticProvider !== undefined;
    }
    this.#journal.unanswered.delete(message.id);
  }

  /** `culprit` is the message that the engine was busy with, unless it worked of its own accord. */
  #replaceEngine(error: unknown, culprit: Message | undefined): void {
    const reason = failure() ?? String(error);
    const doing = subject();
    const isRequest = culprit?.id !== undefined && culprit.method !== undefined;
    if (isRequest) {
      refuse(culprit, reason, this.#post);
      this.#journal.unanswered.delete(culprit.id ?? "");
    }
    const readsText = culprit !== undefined && READS_TEXT.has(culprit.method ?? "");
    const suspect = readsText ? documentOf(culprit) : doing;
    if (suspect !== undefined) this.#blame(suspect);
    this.#restart(reason);
    if (this.#pulls && !isRequest) this.#askToPullAgain();
  }

  #blame(uri: string): void {
    if (!this.#journal.blame(uri)) this.#shunned.add(uri);
  }

  /** Tries until the documents and files that cannot be read are known. */
  #restart(reason: string): void {
    while (this.#failures++ <= MAX_FAILURES + this.#journal.documents.size) {
      let restoring: string | undefined;
      try {
        freshInstance();
        this.#engine = new Engine(this.#nextId);
        this.#replay((uri) => {
          restoring = uri;
        });
        this.#log(`The analysis failed and was started again: ${reason}`);
        return;
      } catch (error) {
        reason = failure() ?? String(error);
        if (restoring !== undefined) this.#blame(restoring);
      }
    }
    this.#hopeless = reason;
    this.#log(`The analysis failed and cannot be started again: ${reason}`);
    for (const message of this.#journal.unanswered.values()) refuse(message, reason, this.#post);
    this.#journal.unanswered.clear();
  }

  /** Tells a new engine what the one before it knew. */
  #replay(restoring: (uri: string | undefined) => void): void {
    const { initialize, initialized, folders, documents, unanswered } = this.#journal;
    for (const uri of this.#shunned) this.#engine.shun(uri);
    if (initialize !== undefined) {
      const isAnswer = unanswered.has(initialize.id ?? "");
      this.#deliver(this.#engine.receive(JSON.stringify(initialize)), () => isAnswer);
    }
    for (const [uri, { opened, changes, failures }] of documents) {
      restoring(uri);
      const history = JSON.stringify(changes);
      this.#deliver(this.#engine.restore(JSON.stringify(opened), history, failures));
    }
    restoring(undefined);
    // The client has registered its watchers.
    const isNews = (message: Message) => message.method !== "client/registerCapability";
    for (const message of initialized === undefined ? folders : [initialized, ...folders]) {
      this.#deliver(this.#engine.receive(JSON.stringify(message)), isNews);
    }
    for (const request of [...unanswered.values()].filter((request) => request !== initialize)) {
      this.#deliver(this.#engine.receive(JSON.stringify(request)));
    }
  }

  #askToPullAgain(): void {
    this.#refreshes += 1;
    const id = `refresh-${this.#refreshes}`;
    this.#post({ jsonrpc: "2.0", id, method: "workspace/diagnostic/refresh", params: null });
  }

  #log(message: string): void {
    const params = { type: 1, message };
    this.#post({ jsonrpc: "2.0", method: "window/logMessage", params });
  }
}

/** Answers a request with an error; other messages have nobody who waits. */
export function refuse(message: Message, reason: string, post: (message: Message) => void): void {
  if (message.id === undefined || message.method === undefined) return;
  const error = { code: INTERNAL_ERROR, message: `konflux-ls failed: ${reason}` };
  post({ jsonrpc: "2.0", id: message.id, error });
}
