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
import { documentOf, Journal, textReadBy } from "./journal.js";
import { type Doing, type Message, type Predecessor, refuse, type Sign } from "./messages.js";

/** Closed files that may be fatal, one after the other, before there is no hope. */
const MAX_FAILURES = 20;

/** One connection to one client. */
export class Supervisor {
  readonly #post: (message: Message) => void;
  readonly #sign: (sign: Sign["konfluxSign"]) => void;
  readonly #journal: Journal;
  #engine: Engine;
  #refreshes = 0;
  /** Engines that failed since the client last said something. */
  #failures = 0;
  /** Why there is no engine any more, if even new ones fail. */
  #hopeless: string | undefined;

  /** Starts the first engine. `post` takes what goes to the client, `sign` what the host hears. */
  constructor(
    module: WebAssembly.Module,
    post: (message: Message) => void,
    sign: (sign: Sign["konfluxSign"]) => void,
    instead: Predecessor | undefined,
  ) {
    this.#post = post;
    this.#sign = sign;
    initSync({ module });
    this.#engine = new Engine(0);
    if (instead === undefined) {
      this.#journal = new Journal();
      return;
    }
    this.#journal = Journal.of(instead.journal);
    this.#restart(instead.reason);
    this.#tell("window/showMessage", 2, `The analysis was started again: ${instead.reason}.`);
    if (this.#journal.pulls) this.#askToPullAgain();
  }

  /** Takes a message of the client. */
  receive(message: Message): void {
    if (this.#hopeless !== undefined) {
      refuse(message, this.#hopeless, this.#post);
      return;
    }
    this.#journal.note(message);
    this.#failures = 0;
    this.#sayWhat(asked(message));
    try {
      this.#deliver(this.#engine.receive(JSON.stringify(message)));
    } catch (error) {
      this.#replaceEngine(error, message);
      return;
    }
    if (message.method === "textDocument/didChange") this.#shorten(documentOf(message) ?? "");
  }

  /** Does a piece of work; false when there is none. */
  work(): boolean {
    if (this.#hopeless !== undefined) return false;
    // The engine answers in order: the oldest request is the one that it works on.
    const [oldest] = this.#journal.unanswered.values();
    const subject = this.#engine.subject();
    this.#sayWhat(subject === undefined && oldest ? asked(oldest) : { subject });
    try {
      const messages = this.#engine.work();
      if (messages === undefined) return false;
      this.#deliver(messages);
    } catch (error) {
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
      this.#journal.heard(message);
      if (wanted(message)) this.#post(message);
    }
  }

  #sayWhat(doing: Doing): void {
    this.#sign({ kind: "doing", ...doing });
  }

  /** Keeps a text in place of its history, here and at the host. */
  #shorten(uri: string): void {
    const version = this.#journal.longVersion(uri);
    const text = version === undefined ? undefined : this.#engine.text(uri);
    if (version === undefined || text === undefined) return;
    this.#journal.shorten(uri, version, text);
    this.#sign({ kind: "text", uri, version, text });
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
    const suspect = (culprit && textReadBy(culprit)) ?? doing;
    if (suspect !== undefined) this.#journal.blame(suspect);
    this.#restart(reason);
    if (this.#journal.pulls && !isRequest) this.#askToPullAgain();
  }

  /** Tries until the documents and files that cannot be read are known. */
  #restart(reason: string): void {
    while (this.#failures++ <= MAX_FAILURES + this.#journal.documents.size) {
      let restoring: string | undefined;
      try {
        freshInstance();
        this.#engine = new Engine(this.#journal.nextId);
        this.#replay((uri) => {
          restoring = uri;
        });
        this.#log(`The analysis failed and was started again: ${reason}`);
        return;
      } catch (error) {
        reason = failure() ?? String(error);
        if (restoring !== undefined) this.#journal.blame(restoring);
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
    for (const uri of this.#journal.shunned) this.#engine.shun(uri);
    if (initialize !== undefined) {
      const isAnswer = unanswered.has(initialize.id ?? "");
      this.#deliver(this.#engine.receive(JSON.stringify(initialize)), () => isAnswer);
    }
    for (const [uri, { opened, changes, failures }] of documents) {
      restoring(uri);
      this.#sayWhat({ subject: uri });
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
    this.#tell("window/logMessage", 1, message);
  }

  #tell(method: string, type: 1 | 2, message: string): void {
    this.#post({ jsonrpc: "2.0", method, params: { type, message } });
  }
}

function asked(message: Message): Doing {
  const request = message.method === undefined ? undefined : (message.id ?? undefined);
  return { request, subject: textReadBy(message) };
}
