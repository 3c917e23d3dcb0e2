/**
 * Has pictures laid out, by a worker if there is one. One picture at a time, and of those that are
 * asked for meanwhile the last.
 */

import { doJob, type LayoutJob, type Scene } from "./layout.js";

export class Draughtsman {
  #worker: Worker | undefined;
  readonly #done: (scene: Scene) => void;
  #current: LayoutJob | undefined;
  #next: LayoutJob | undefined;

  constructor(worker: Worker | undefined, done: (scene: Scene) => void) {
    this.#worker = worker;
    this.#done = done;
    worker?.addEventListener("message", ({ data }) => this.#take(data));
    worker?.addEventListener("error", () => this.#doWithout());
  }

  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  ask(job: LayoutJob): void {
    if (this.#worker === undefined) {
      this.#done(doJob(job));
    } else if (this.isBusy) {
      this.#next = job;
    } else {
      this.#current = job;
      this.#worker.postMessage(job);
    }
  }

  dispose(): void {
    this.#worker?.terminate();
  }

  #take(scene: Scene): void {
    const next = this.#next;
    this.#current = undefined;
    this.#next = undefined;
    // What is out of date is not worth drawing.
    if (next) this.ask(next);
    else this.#done(scene);
  }

  /** Its script is not there, or was refused. */
  #doWithout(): void {
    const job = this.#next ?? this.#current;
    this.#worker = undefined;
    this.#current = undefined;
    this.#next = undefined;
    if (job) this.ask(job);
  }
}
