/** Runs the tests that need no editor. */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL("unit", import.meta.url));
const outdir = fileURLToPath(new URL("../../../target/editors/vscode-unit", import.meta.url));
const entryPoints = readdirSync(folder).map((name) => join(folder, name));
const { metafile } = await build({
  entryPoints,
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  metafile: true,
});
const tests = Object.keys(metafile.outputs);
process.exit(
  spawnSync("node", ["--test", "--test-reporter=spec", ...tests], { stdio: "inherit" }).status ?? 1,
);
