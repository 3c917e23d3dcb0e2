/** Bundles the extension for both hosts and brings the engine beside it. `--watch` keeps on. */

import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const here = import.meta.dirname;
const watch = process.argv.includes("--watch");

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: here,
  bundle: true,
  minify: !watch,
  sourcemap: watch,
  logLevel: "warning",
};
const extension = { ...common, format: "cjs", external: ["vscode"] };
const browser = { platform: "browser", target: "es2022" };

const bundles = [
  {
    ...extension,
    entryPoints: ["src/desktop.ts"],
    outfile: "dist/desktop.js",
    platform: "node",
    target: "node20",
  },
  { ...extension, ...browser, entryPoints: ["src/web.ts"], outfile: "dist/web.js" },
  { ...common, ...browser, entryPoints: ["src/picture/page.ts"], outfile: "dist/page.js" },
];

const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
for (const [from, to] of [
  ["worker", "worker.js"],
  ["node-worker", "node-worker.cjs"],
  ["engine.wasm", "engine.wasm"],
]) {
  cpSync(fileURLToPath(import.meta.resolve(`konflux-ls-wasm/${from}`)), join(dist, to));
}
for (const bundle of bundles) {
  const build = await context(bundle);
  await build.rebuild();
  await (watch ? build.watch() : build.dispose());
}
