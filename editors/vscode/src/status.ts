/** The status item of YAML files: which engine is at work, and whether it is well. */

import {
  type Command,
  type Disposable,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  languages,
} from "vscode";
import type { Engine } from "./engine.js";

const OUTPUT: Command = { command: "konflux-ls.showOutput", title: "Show Output" };
const RESTART: Command = { command: "konflux-ls.restart", title: "Restart" };

export class Status implements Disposable {
  readonly #item: LanguageStatusItem;

  constructor() {
    this.#item = languages.createLanguageStatusItem("konflux-ls.engine", { language: "yaml" });
    this.#item.name = "Konflux";
    this.starting();
  }

  starting(): void {
    this.#show(LanguageStatusSeverity.Information, "Konflux", "starting", OUTPUT, true);
  }

  /** @param version As the server tells it; empty when it does not. */
  running(engine: Engine, version: string): void {
    const name = engine.kind === "native" ? "native" : "WebAssembly";
    this.#show(
      LanguageStatusSeverity.Information,
      `Konflux ${version} (${name})`,
      engine.origin,
      OUTPUT,
    );
  }

  failed(reason: string): void {
    this.#show(LanguageStatusSeverity.Error, "Konflux does not run", reason, RESTART);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(
    severity: LanguageStatusSeverity,
    text: string,
    detail: string,
    command: Command,
    busy = false,
  ): void {
    Object.assign(this.#item, { severity, text, detail, command, busy });
  }
}
