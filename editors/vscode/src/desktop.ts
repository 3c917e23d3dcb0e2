/** The extension in Node: the native server where there is one, WebAssembly otherwise. */

import { dirname } from "node:path";
import {
  ConfigurationTarget,
  commands,
  type ExtensionContext,
  type LogOutputChannel,
  Uri,
  workspace,
} from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { type Choice, type Engine, EngineProblem, type WayOut, wantedEngine } from "./engine.js";
import { type Api, activateExtension } from "./extension.js";
import { expand, isExecutable, onPath, PROGRAM, probe } from "./native.js";
import { wasmEngine } from "./wasm/node.js";

export function activate(context: ExtensionContext): Api {
  return activateExtension(context, (log) => choose(context, log));
}

/** Chooses the engine by the settings and by what is there. */
async function choose(context: ExtensionContext, log: LogOutputChannel): Promise<Choice> {
  const wanted = wantedEngine();
  const virtual = workspace.workspaceFolders?.find(({ uri }) => uri.scheme !== "file");
  if (wanted === "auto" && virtual) {
    log.info(`The native server cannot read ${virtual.uri}: using WebAssembly.`);
  }
  if (wanted === "wasm" || (wanted === "auto" && virtual)) {
    return { engine: wasmEngine(context), problems: [] };
  }
  const { engine, problem } = await findNative(context);
  if (!engine && wanted === "native") {
    throw problem ?? noNative();
  }
  return { engine: engine ?? wasmEngine(context), problems: problem ? [problem] : [] };
}

interface Found {
  engine?: Engine;
  /** What is wrong with the path that was configured. */
  problem?: EngineProblem;
}

async function findNative(context: ExtensionContext): Promise<Found> {
  const found: Found = {};
  const configured = workspace.getConfiguration("konflux-ls").get("server.path", "").trim();
  if (configured) {
    try {
      return { engine: await usable(expand(configured), configured) };
    } catch (error) {
      found.problem = wrongPath(configured, (error as Error).message);
    }
  }
  for (const { path, origin } of await otherPlaces(context)) {
    try {
      return { ...found, engine: await usable(path, origin) };
    } catch (error) {
      found.problem ??= new EngineProblem(`${path} ${(error as Error).message}.`, [OUTPUT]);
    }
  }
  return found;
}

interface Place {
  path: string;
  /** As for an engine. */
  origin: string;
}

/** Where a server may be that nobody configured: in the extension, then on the `PATH`. */
async function otherPlaces(context: ExtensionContext): Promise<Place[]> {
  const bundled = Uri.joinPath(context.extensionUri, "server", PROGRAM).fsPath;
  const untrusted = workspace.isTrusted ? [] : (workspace.workspaceFolders ?? []);
  const installed = await onPath(untrusted.map(({ uri }) => uri.fsPath));
  const places: Place[] = [];
  if (await isExecutable(bundled)) {
    places.push({ path: bundled, origin: "comes with the extension" });
  }
  if (installed) {
    places.push({ path: installed, origin: installed });
  }
  return places;
}

async function usable(path: string | undefined, origin: string): Promise<Engine> {
  if (path === undefined) {
    throw new Error("is not an absolute path");
  }
  await probe(path);
  return {
    kind: "native",
    origin,
    createClient: (options) =>
      new LanguageClient(
        "konflux-ls",
        "Konflux",
        // Its own folder, so that nothing in a workspace is found as a library on any system.
        { command: path, args: ["serve"], options: { cwd: dirname(path) } },
        options,
      ),
  };
}

const OUTPUT: WayOut = {
  title: "Show Output",
  run: () => commands.executeCommand("konflux-ls.showOutput"),
};

const SETTINGS: WayOut = {
  title: "Open Settings",
  run: () => commands.executeCommand("workbench.action.openSettings", "konflux-ls.server.path"),
};

const WEBASSEMBLY: WayOut = {
  title: "Use WebAssembly",
  run: () =>
    workspace.getConfiguration("konflux-ls").update("engine", "wasm", ConfigurationTarget.Global),
};

function wrongPath(path: string, reason: string): EngineProblem {
  return new EngineProblem(`The setting konflux-ls.server.path is wrong: ${path} ${reason}.`, [
    SETTINGS,
    WEBASSEMBLY,
  ]);
}

function noNative(): EngineProblem {
  return new EngineProblem(
    "The setting konflux-ls.engine asks for the native server, and there is none: " +
      "neither in this extension nor on the PATH.",
    [WEBASSEMBLY, SETTINGS],
  );
}
