/** A client of the module that fails, or comes to no end, where it is told to. */

import { readFileSync } from "node:fs";
import { Client } from "./client.mjs";

export const A = "file:///w/a.yaml";
export const B = "file:///w/b.yaml";
/** Where a text begins, as the place of an edit. */
export const START = [0, 0, 0, 0];

export const failing = {
  script: new URL("trap/node-worker.cjs", import.meta.url),
  wasm: new WebAssembly.Module(readFileSync(new URL("trap/engine.wasm", import.meta.url))),
};

/** Starts one that ends with the test. */
export async function start(t, more = {}) {
  const client = await Client.start({ ...failing, ...more });
  t.after(() => client.dispose());
  return client;
}

/** Which params are about this version of this text? */
export function at(uri, version) {
  return (params) => params.uri === uri && params.version === version;
}
