/**
 * Keeps a worker for a connection, and puts a new one in its place when it does not answer any more.
 *
 * A worker has one thread: while it computes, it hears nothing. So as long as it has something to do it
 * is asked every second whether it is still there. If it is not, it is in a loop without an end; the
 * next worker is told what the client has said, and not to read what the last one was reading.
 */

import { Journal } from "./journal.js";
import { type Doing, type Message, refuse, type Sign, type WasmSource } from "./messages.js";

/** What a Web Worker and a worker of Node have in common. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

/** Between two questions, in milliseconds. */
const PACE = 1000;

/** So many workers may get stuck, one after the other without any that got done, before there is no hope. */
const MAX_REPLACED = 5;

export interface KeeperOptions {
  newWorker(): WorkerLike;
  wasm: WasmSource;
  /** Milliseconds without a sign of life. */
  patience: number;
  /** Takes what is for the client. */
  hear(message: Message): void;
  /** Hears that a worker itself has failed. */
  failed(reason: string): void;
}

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #journal = new Journal();
  #worker: WorkerLike;
  /** What the worker said last that it does. */
  #doing: Doing = {};
  /** While the worker may have something to do. */
  #watch: ReturnType<typeof setInterval> | undefined;
  /** Messages to this worker: pings are numbered by them. */
  #sent = 0;
  /** Ticks since the last sign of life. A worker whose script is still loading has given none yet. */
  #silence: number | undefined;
  #isAsked = false;
  /** Workers that were replaced since the last one that got done. */
  #replaced = 0;
  #hasEnded = false;
  /** Why there is no worker any more, if even new ones get stuck. */
  #hopeless: string | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /** Takes a message of the client. */
  send(message: Message): void {
    if (this.#hopeless !== undefined) {
      refuse(message, this.#hopeless, this.#options.hear);
      return;
    }
    this.#journal.note(message);
    this.#sent += 1;
    this.#worker.postMessage(message);
    if (message.method === "exit") this.#end();
    else this.#keepWatch();
  }

  dispose(): void {
    this.#end();
    this.#worker.terminate();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#rest();
  }

  #start(reason?: string): WorkerLike {
    const worker = this.#options.newWorker();
    this.#worker = worker;
    this.#silence = undefined;
    this.#doing = {};
    // What one that is gone still had to say is of no interest.
    listen(
      worker,
      (message) => worker === this.#worker && this.#take(message),
      (failure) => worker === this.#worker && this.#options.failed(failure),
    );
    const instead = reason === undefined ? undefined : { journal: this.#journal, reason };
    this.#ping();
    worker.postMessage({ konfluxStart: { wasm: this.#options.wasm, instead } });
    this.#keepWatch();
    return worker;
  }

  #take(message: Message | Sign): void {
    if ("konfluxSign" in message) {
      this.#note(message.konfluxSign);
      return;
    }
    this.#journal.heard(message);
    this.#options.hear(message);
  }

  #note(sign: Sign["konfluxSign"]): void {
    this.#silence = 0;
    switch (sign.kind) {
      case "doing":
        this.#doing = sign;
        break;
      case "text":
        this.#journal.shorten(sign.uri, sign.version, sign.text);
        break;
      case "alive":
        this.#isAsked = false;
        if (sign.isIdle && sign.ping === this.#sent) {
          this.#replaced = 0;
          this.#rest();
        }
        break;
    }
  }

  #keepWatch(): void {
    if (this.#hasEnded) return;
    this.#watch ??= setInterval(() => this.#tick(), PACE);
  }

  #rest(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  /** Counts ticks instead of time: after the machine has slept, or the page was busy, there is one. */
  #tick(): void {
    if (!this.#isAsked) {
      this.#ping();
    } else if (this.#silence !== undefined) {
      this.#silence += 1;
      if (this.#silence * PACE >= this.#options.patience) this.#replace();
    }
  }

  #ping(): void {
    this.#isAsked = true;
    this.#worker.postMessage({ konfluxPing: this.#sent });
  }

  #replace(): void {
    const reason = `it gave no answer for ${this.#options.patience / 1000} seconds`;
    this.#worker.terminate();
    this.#replaced += 1;
    this.#blame(reason);
    if (this.#replaced <= MAX_REPLACED) {
      this.#start(reason);
      return;
    }
    this.#end();
    this.#hopeless = reason;
    for (const message of this.#journal.unanswered.values()) {
      refuse(message, reason, this.#options.hear);
    }
    const params = { type: 1, message: `The analysis cannot be started again: ${reason}.` };
    this.#options.hear({ jsonrpc: "2.0", method: "window/showMessage", params });
  }

  #blame(reason: string): void {
    const { request = "", subject } = this.#doing;
    const asked = this.#journal.unanswered.get(request);
    if (asked !== undefined) {
      this.#journal.unanswered.delete(request);
      refuse(asked, reason, this.#options.hear);
    }
    if (subject !== undefined) this.#journal.blame(subject);
  }
}

function listen(
  worker: WorkerLike,
  hear: (message: Message | Sign) => void,
  failed: (reason: string) => void,
): void {
  if ("addEventListener" in worker) {
    const web = worker as unknown as EventTarget;
    web.addEventListener("message", (event) => hear((event as MessageEvent).data));
    web.addEventListener("error", (event) => failed((event as ErrorEvent).message));
  } else {
    const node = worker as unknown as {
      on(event: "message", hear: (message: Message | Sign) => void): void;
      on(event: "error", failed: (error: Error) => void): void;
    };
    node.on("message", hear);
    node.on("error", ({ message }) => failed(message));
  }
}
