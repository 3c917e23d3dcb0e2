/**
 * What can run the analysis, and how the two ways look alike from here on: the native server as a
 * process, and the same engine as WebAssembly in a worker.
 */

import { workspace } from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";

/** A way to run the analysis. One is chosen at each start. */
export interface Engine {
  readonly kind: "native" | "wasm";
  /** Where it comes from, for people: a path, or a few words. */
  readonly origin: string;
  createClient(options: LanguageClientOptions): BaseLanguageClient;
}

/** Why no engine could be had, or not the one that was asked for, and what can be done about it. */
export class EngineProblem extends Error {
  readonly waysOut: readonly WayOut[];

  constructor(message: string, waysOut: readonly WayOut[]) {
    super(message);
    this.waysOut = waysOut;
  }
}

/** A button below a message. */
export interface WayOut {
  readonly title: string;
  run(): Thenable<unknown>;
}

/** What a host found: an engine, and problems on the way that did not stop it. */
export interface Choice {
  readonly engine: Engine;
  readonly problems: readonly EngineProblem[];
}

/** The engine that the settings ask for. */
export function wantedEngine(): "auto" | "native" | "wasm" {
  return workspace.getConfiguration("konflux-ls").get("engine", "auto");
}
