/** Builds the page into `dist`: a folder to put on any web server, below any path. */

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compressed } from "../../wasm/size.mjs";
import { readExamples, readRules } from "./content.mjs";

const here = import.meta.dirname;
const source = join(here, "src");
const dist = join(here, "dist");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const common = { bundle: true, minify: true, target: "es2022", logLevel: "warning", outdir: dist };
await build({
  ...common,
  entryPoints: [join(source, "main.ts")],
  format: "esm",
  plugins: [{ name: "content", setup: provideContent }],
});
// Runs before anything is drawn, so it is no module.
await build({ ...common, entryPoints: [join(source, "theme.ts")], format: "iife" });
const worker = join(source, "picture", "layout-worker.ts");
await build({ ...common, entryPoints: [worker], format: "iife" });
for (const name of ["index.html", "icon.svg"]) cpSync(join(source, name), join(dist, name));
for (const [from, to] of [
  ["worker", "worker.js"],
  ["engine.wasm", "engine.wasm"],
]) {
  cpSync(fileURLToPath(import.meta.resolve(`konflux-ls-wasm/${from}`)), join(dist, to));
}
await buildServiceWorker();
writeSizes();

/** Examples and pages of rules are read from where they are written. */
function provideContent(build) {
  build.onResolve({ filter: /^content:/ }, ({ path }) => ({ path, namespace: "content" }));
  build.onLoad({ filter: /./, namespace: "content" }, ({ path }) => ({
    contents: JSON.stringify(path === "content:rules" ? readRules() : readExamples()),
    loader: "json",
  }));
}

/** It must know every file, and be another one whenever one of them is. */
async function buildServiceWorker() {
  const files = readdirSync(dist).sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(dist, file)));
  const define = {
    FILES: JSON.stringify(["./", ...files.filter((file) => file !== "index.html")]),
    VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)),
  };
  const entryPoints = [join(source, "worker", "service-worker.ts")];
  await build({ ...common, entryPoints, format: "iife", define });
}

/** What somebody downloads, in bytes. */
function writeSizes() {
  const rows = readdirSync(dist).map((file) => {
    const path = join(dist, file);
    const brotli = compressed(readFileSync(path));
    return { file: relative(dist, path), bytes: statSync(path).size, brotli };
  });
  const total = rows.reduce((sum, { brotli }) => sum + brotli, 0);
  for (const { file, bytes, brotli } of rows) {
    console.log(`${file.padEnd(20)} ${kilo(bytes)} ${kilo(brotli)} brotli`);
  }
  console.log(`${"all".padEnd(20)} ${" ".repeat(9)} ${kilo(total)} brotli`);
}

function kilo(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(7)} kB`;
}
