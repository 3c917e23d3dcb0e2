/**
 * The server from its start to its end, whatever engine runs it.
 *
 * Invariant: starts and stops happen one after the other, so that there are never two servers, nor
 * findings of one that is gone.
 */

import { type Disposable, EventEmitter, type LogOutputChannel, window } from "vscode";
import { type BaseLanguageClient, State } from "vscode-languageclient";
import { clientOptions } from "./client.js";
import { type Choice, type Engine, EngineProblem } from "./engine.js";
import { Status } from "./status.js";

export class Server implements Disposable {
  readonly #log: LogOutputChannel;
  readonly #choose: () => Promise<Choice>;
  readonly #status = new Status();
  readonly #changed = new EventEmitter<void>();
  #last: Promise<void> = Promise.resolve();
  #client: BaseLanguageClient | undefined;
  #engine: Engine | undefined;

  /** The server runs again, or no longer. */
  readonly onDidChange = this.#changed.event;

  constructor(log: LogOutputChannel, choose: () => Promise<Choice>) {
    this.#log = log;
    this.#choose = choose;
  }

  /** The engine at work. */
  get engine(): Engine | undefined {
    return this.#engine;
  }

  /** The client, while it can be asked something. */
  get client(): BaseLanguageClient | undefined {
    return this.#client?.state === State.Running ? this.#client : undefined;
  }

  /** Ends the server, if there is one, and starts one by the present settings. */
  restart(): Promise<void> {
    this.#last = this.#last.then(async () => {
      await this.#stop();
      await this.#start();
    });
    return this.#last;
  }

  dispose(): Promise<void> {
    this.#status.dispose();
    this.#changed.dispose();
    this.#last = this.#last.then(() => this.#stop());
    return this.#last;
  }

  async #start(): Promise<void> {
    this.#status.starting();
    try {
      const { engine, problems } = await this.#choose();
      for (const { message, waysOut } of problems) {
        this.#report(
          new EngineProblem(`${message} Instead runs ${described(engine)}.`, waysOut),
          "warning",
        );
      }
      this.#log.info(`Starting ${described(engine)}`);
      this.#engine = engine;
      this.#client = engine.createClient(clientOptions(this.#log));
      this.#client.onDidChangeState(() => this.#follow());
      await this.#client.start();
    } catch (error) {
      this.#status.failed((error as Error).message);
      this.#report(error as Error, "error");
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#engine = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // It did not end in time, or had never started: either way it is gone.
      this.#log.warn(`Stopping: ${error}`);
    }
  }

  /** The client starts its server again by itself, a few times, when that dies. */
  #follow(): void {
    switch (this.#client?.state) {
      case State.Running:
        this.#status.running(this.#engine as Engine, this.#version());
        break;
      case State.Starting:
        this.#status.starting();
        break;
      case State.Stopped:
      case State.StartFailed:
        this.#status.failed("The server ended. The output says why.");
        break;
    }
    this.#changed.fire();
  }

  #version(): string {
    return this.#client?.initializeResult?.serverInfo?.version ?? "";
  }

  #report(problem: Error, severity: "warning" | "error"): void {
    this.#log.error(problem.message);
    const ways = problem instanceof EngineProblem ? problem.waysOut : [];
    const show = severity === "error" ? window.showErrorMessage : window.showWarningMessage;
    const titles = ways.map(({ title }) => title);
    void show(problem.message, ...titles).then((chosen) =>
      ways.find(({ title }) => title === chosen)?.run(),
    );
  }
}

function described({ kind, origin }: Engine): string {
  return `${kind === "native" ? "the native server" : "the engine as WebAssembly"} (${origin})`;
}
