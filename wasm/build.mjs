/**
 * `npm run build --workspace wasm`: from Rust to the package in `dist`.
 *
 * With `--trap`, the workers for the tests of what becomes of failures, in `test/trap`.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const repository = join(here, "..");
const trap = process.argv.includes("--trap");
const dist = trap ? join(here, "test", "trap") : join(here, "dist");
/** The JavaScript half of the module, which TypeScript reads and the workers take in. */
const glue = trap ? join(dist, "engine") : join(here, "ts", "engine");
const module = join(dist, "engine.wasm");
/** Which compiled module the files above were made from. */
const origin = join(glue, "origin");

const compiled = compile();
if (!isUpToDate()) {
  bind();
  optimise();
  writeFileSync(origin, fingerprint());
}
if (!trap) declare();
await bundle();

function run(command, args, options = {}) {
  const stdio = ["ignore", "inherit", "inherit"];
  return execFileSync(command, args, { cwd: repository, stdio, ...options });
}

/** Rust to WebAssembly; gives the file. */
function compile() {
  const target = "wasm32-unknown-unknown";
  const stdio = ["ignore", "pipe", "inherit"];
  const cargo = run("bash", [join(here, "toolchain.sh")], { stdio })
    .toString()
    .trim()
    .split(" ");
  const packages = ["--package", "konflux-wasm", "--profile", "wasm", "--target", target];
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry", "src");
  const CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS = [
    // Panics name files: where those lie on this machine is nobody's business.
    `--remap-path-prefix=${registry}=crates`,
    "-Ctarget-feature=+simd128",
    // Even where LLVM optimises for size, it inlines what is marked `#[inline]`, which most of std
    // is, up to a cost of 325; README.md says what this limit gains.
    "-Cllvm-args=-inlinehint-threshold=60",
    // Everything else up to 50, which is as fast at half of that.
    "-Cllvm-args=-inline-threshold=25",
  ].join(" ");
  const env = { ...process.env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS };
  const features = trap ? ["--features", "trap"] : [];
  run(cargo[0], [...cargo.slice(1), "build", "--locked", ...packages, ...features], { env });
  const folder = process.env.CARGO_TARGET_DIR ?? join(repository, "target");
  return join(folder, target, "wasm", "konflux_wasm.wasm");
}

function fingerprint() {
  const hash = createHash("sha256").update(readFileSync(compiled));
  return hash.update(readFileSync(import.meta.filename)).digest("hex");
}

function isUpToDate() {
  return existsSync(module) && existsSync(origin) && readFileSync(origin, "utf8") === fingerprint();
}

/** Makes the JavaScript half of the module. */
function bind() {
  run("cargo", [
    "run",
    "--locked",
    "--quiet",
    "--package",
    "konflux-wasm-bindgen",
    "--",
    compiled,
    glue,
  ]);
}

/**
 * What LLVM leaves to binaryen; of another version than npm's, it has broken modules. More than
 * level 1 takes minutes, and the module gets smaller but compresses worse. Functions with similar
 * names are similar: side by side they compress better.
 */
function optimise() {
  mkdirSync(dist, { recursive: true });
  const features = [
    "bulk-memory",
    "nontrapping-float-to-int",
    "sign-ext",
    "reference-types",
    "multivalue",
    "simd",
  ];
  const enabled = features.map((feature) => `--enable-${feature}`);
  const input = join(glue, "engine_bg.wasm");
  const script = join(repository, "node_modules", ".bin", "wasm-opt");
  const passes = trap ? ["-O0"] : ["-O1", "--reorder-functions-by-name"];
  run(script, [...passes, "--mvp-features", ...enabled, input, "--output", module]);
}

function declare() {
  run("npx", ["tsc", "--project", here]);
}

async function bundle() {
  const entry = (name) => join(here, "ts", `${name}.ts`);
  const common = { bundle: true, outdir: dist, target: "es2022", logLevel: "warning" };
  const worker = { ...common, minify: true, plugins: [{ name: "glue", setup: useGlue }] };
  await build({ ...common, entryPoints: [entry("index"), entry("protocol")], format: "esm" });
  await build({ ...worker, entryPoints: [entry("worker")], format: "iife" });
  const node = { platform: "node", format: "cjs", outExtension: { ".js": ".cjs" } };
  await build({ ...worker, ...node, entryPoints: [entry("node-worker")] });
}

function useGlue(build) {
  build.onResolve({ filter: /\/engine\.js$/ }, () => ({ path: join(glue, "engine.js") }));
}
