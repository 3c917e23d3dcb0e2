/** The extension in a browser: WebAssembly in a Web Worker. */

import type { ExtensionContext } from "vscode";
import { activateExtension } from "./extension.js";
import { wasmEngine } from "./wasm/web.js";

export function activate(context: ExtensionContext): Promise<unknown> {
  return activateExtension(context, async () => ({
    engine: await wasmEngine(context),
    problems: [],
  }));
}
