/**
 * What both hosts share. A host brings a way to choose an engine; the rest is the same on the
 * desktop and in a browser.
 */

import {
  commands,
  type Disposable,
  type ExtensionContext,
  extensions,
  type LogOutputChannel,
  window,
  workspace,
} from "vscode";
import { documentSchemes, hasYamlExtension } from "./client.js";
import type { Choice } from "./engine.js";
import { PictureView } from "./picture/view.js";
import { Server } from "./server.js";

/** What other extensions, and the tests, may use. */
export interface Api {
  readonly server: Server;
}

/** @param choose Asked at each start: settings and folders may have changed. */
export function activateExtension(
  context: ExtensionContext,
  choose: (log: LogOutputChannel) => Promise<Choice>,
): Api {
  const log = window.createOutputChannel("Konflux", { log: true });
  const server = new Server(log, () => choose(log));
  const picture = new PictureView(context, server);
  context.subscriptions.push(
    log,
    server,
    picture,
    commands.registerCommand("konflux-ls.restart", () => server.restart()),
    commands.registerCommand("konflux-ls.showOutput", () => log.show()),
    commands.registerCommand("konflux-ls.showPicture", () => picture.show()),
    ...restarts(server),
  );
  void server.restart();
  return { server };
}

/** The settings that are only read at a start. */
const SETTINGS = ["konflux-ls", "yaml.validate"];

/** What makes a new start necessary: the choice of the engine, its documents or findings change. */
function restarts(server: Server): Disposable[] {
  let before = circumstances();
  const compare = () => {
    const now = circumstances();
    if (now !== before) {
      before = now;
      void server.restart();
    }
  };
  return [
    workspace.onDidChangeConfiguration((event) => {
      if (SETTINGS.some((setting) => event.affectsConfiguration(setting))) {
        void server.restart();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    workspace.onDidChangeWorkspaceFolders(compare),
    extensions.onDidChange(compare),
  ];
}

/** What is also read only at a start, as something to compare. */
function circumstances(): string {
  return [hasYamlExtension(), ...documentSchemes()].join();
}
