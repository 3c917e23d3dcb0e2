/** Loads a module of the page into Node. */

import { join } from "node:path";
import { build } from "esbuild";

export async function load(path) {
  const entryPoints = [join(import.meta.dirname, "..", "src", path)];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: "esm", write: false });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`;
  return import(url);
}
