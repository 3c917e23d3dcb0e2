/** The extension in a browser: WebAssembly in a Web Worker. */

import type { ExtensionContext } from "vscode";
import { type Api, activateExtension } from "./extension.js";
import { wasmEngine } from "./wasm/web.js";

export function activate(context: ExtensionContext): Api {
  return activateExtension(context, async () => ({
    engine: wasmEngine(context),
    problems: [],
  }));
}
