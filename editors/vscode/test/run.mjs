/**
 * End to end: packages the extension, and runs it in real hosts.
 *
 * Usage: run.mjs [desktop|restricted|web|picture|crash]…
 */

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch, runTests } from "./browser.mjs";
import { canRun, desktop, web } from "./hosts.mjs";
import { testInterface, testPictureInBrowser } from "./interface.mjs";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const tools = join(repository, "target/editors/vscode");
const scratch = join(repository, "target/editors/vscode-run");
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const program = process.env.KONFLUX_LS ?? join(repository, "target/release/konflux-ls");
const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: second
spec:
  tasks:
    - name: first
      runAfter: [nobody]
      taskRef:
        name: something
`;

if (!canRun(tools)) {
  const message = "VS Code or Chromium is missing (see test/setup.sh)";
  if (process.env.CI) {
    throw new Error(message);
  }
  console.error(`SKIPPED: the extension was not run in VS Code: ${message}.`);
  process.exit(0);
}

rmSync(scratch, { recursive: true, force: true });
const workspace = makeWorkspace("workspace");
const packages = pack();
const hosts = {
  desktop: { suites: ["shared", "desktop"], start: onDesktop, also: testInterface },
  restricted: { suites: ["restricted"], start: restricted },
  web: { suites: ["shared", "web"], start: (tests) => inBrowser("web", tests) },
  picture: { suites: [], start: () => inBrowser("picture"), also: testPictureInBrowser },
  crash: { suites: ["crash"], start: (tests) => inBrowser("crash", tests, failingEngine) },
};
const browser = await launch();
let passed = true;
for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(hosts)) {
  console.log(`\nVS Code, ${name}:`);
  passed = (await runIn(name, hosts[name])) && passed;
}
await browser.close();
process.exit(passed ? 0 : 1);

async function runIn(name, { suites, start, also = () => true }) {
  const tests = await bundleTests(name, suites);
  const host = await start(tests);
  try {
    const inside = suites.length === 0 || (await runTests(browser, host.testing(tests)));
    return (await also(browser, host.url)) && inside;
  } finally {
    await host.stop();
  }
}

/**
 * The examples of this repository, a file that is YAML and nothing else, and pipelines that are
 * nobody's business.
 */
function makeWorkspace(name) {
  const folder = join(scratch, name);
  cpSync(join(repository, "examples"), folder, { recursive: true });
  for (const leftOut of ["node_modules/package", "excluded/folder"]) {
    mkdirSync(join(folder, leftOut), { recursive: true });
    writeFileSync(join(folder, leftOut, "pipeline.yaml"), PIPELINE);
  }
  writeFileSync(join(folder, ".gitignore"), "/excluded\n");
  mkdirSync(join(folder, ".vscode"));
  writeSettings(folder, {});
  writeFileSync(join(folder, "plain.yaml"), "name: plain\nname: again\nlist: [1\nother: 'open\n");
  return folder;
}

/** Nothing is saved by itself: tests undo what they did to a text. */
function writeSettings(folder, settings) {
  const all = { ...settings, "files.exclude": { excluded: true }, "files.autoSave": "off" };
  writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify(all));
}

/** The package for this platform, and two folders. */
function onDesktop() {
  const second = join(scratch, "second");
  mkdirSync(second);
  writeFileSync(join(second, "pipeline.yaml"), PIPELINE);
  const both = join(scratch, "both.code-workspace");
  writeFileSync(both, JSON.stringify({ folders: [{ path: workspace }, { path: second }] }));
  return desktop({ tools, scratch: join(scratch, "desktop"), vsix: packages.native, open: both });
}

/** The package without a server, and a workspace that would like its own to be executed. */
function restricted() {
  const folder = makeWorkspace("untrusted");
  const trap = join(folder, "bin/konflux-ls");
  mkdirSync(join(folder, "bin"));
  writeFileSync(trap, `#!/bin/sh\ntouch '${folder}/executed'\necho 'konflux-ls 0.1.0'\n`);
  chmodSync(trap, 0o755);
  writeSettings(folder, { "konflux-ls.server.path": trap });
  return desktop({
    tools,
    scratch: join(scratch, "restricted"),
    vsix: packages.universal,
    open: folder,
    path: join(folder, "bin"),
    askForTrust: true,
  });
}

function inBrowser(name, tests, change = () => {}) {
  const extensions = join(scratch, name);
  const unpacked = join(extensions, "konflux-ls");
  mkdirSync(unpacked, { recursive: true });
  execFileSync("python3", ["-m", "zipfile", "-e", packages.universal, unpacked]);
  change(join(unpacked, "extension/dist"));
  return web({ tools, extensions, workspace, tests });
}

/** Puts an engine into a package that fails on texts that ask for it. */
function failingEngine(dist) {
  const built = join(repository, "wasm/test/trap");
  if (!existsSync(built)) {
    execFileSync("node", [join(repository, "wasm/build.mjs"), "--trap"], { stdio: "inherit" });
  }
  for (const file of ["worker.js", "engine.wasm"]) {
    cpSync(join(built, file), join(dist, file));
  }
}

function pack() {
  const folder = join(scratch, "packages");
  const script = fileURLToPath(new URL("../package.mjs", import.meta.url));
  execFileSync("node", [script, folder, `linux-x64=${program}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const file = (suffix) => join(folder, `konflux-ls-${version}${suffix}.vsix`);
  return { universal: file(""), native: file("-linux-x64") };
}

/** An extension with the tests, which passes for the YAML extension. */
async function bundleTests(name, suites) {
  const folder = join(scratch, `tests-${name}`);
  await build({
    entryPoints: [fileURLToPath(new URL("suite/index.ts", import.meta.url))],
    outfile: join(folder, "index.js"),
    bundle: true,
    format: "cjs",
    platform: name === "web" ? "browser" : "node",
    external: ["vscode"],
    define: { SUITES: JSON.stringify(suites) },
  });
  const manifest = {
    name: "vscode-yaml",
    publisher: "redhat",
    version: "0.0.1",
    engines: { vscode: "*" },
    extensionKind: ["workspace"],
    capabilities: { untrustedWorkspaces: { supported: true } },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}
