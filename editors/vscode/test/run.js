/**
 * End to end: packages the extension, and runs it in real hosts.
 *
 * Usage: run.js [desktop|web]…
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch, runTests } from "./browser.js";
import { canRun, desktop, web } from "./hosts.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const tools = join(repository, "target/editors/vscode");
const scratch = join(repository, "target/editors/vscode-run");
const program = process.env.KONFLUX_LS ?? join(repository, "target/release/konflux-ls");

if (!canRun(tools)) {
  const message = "VS Code or Chromium is missing (see test/setup.sh)";
  if (process.env.CI) {
    throw new Error(message);
  }
  console.error(`SKIPPED: the extension was not run in VS Code: ${message}.`);
  process.exit(0);
}

rmSync(scratch, { recursive: true, force: true });
const workspace = join(scratch, "workspace");
cpSync(join(repository, "examples"), workspace, { recursive: true });
writeFileSync(join(workspace, "plain.yaml"), "name: plain\nname: again\nlist: [1\nother: 'open\n");
const packages = pack();
const browser = await launch();
const hosts = process.argv.length > 2 ? process.argv.slice(2) : ["desktop", "web"];
let passed = true;
for (const name of hosts) {
  console.log(`\nVS Code, ${name}:`);
  passed = (await runIn(name)) && passed;
}
await browser.close();
process.exit(passed ? 0 : 1);

async function runIn(name) {
  const tests = await testsFor(name);
  const host = name === "desktop" ? await onDesktop() : await inBrowser(tests);
  try {
    return await runTests(browser, host.testing(tests));
  } finally {
    await host.stop();
  }
}

function onDesktop() {
  const folder = join(scratch, "desktop");
  return desktop({ tools, scratch: folder, vsix: packages.native, workspace });
}

function inBrowser(tests) {
  const extensions = join(scratch, "web");
  const unpacked = join(extensions, "konflux-ls");
  mkdirSync(unpacked, { recursive: true });
  execFileSync("python3", ["-m", "zipfile", "-e", packages.universal, unpacked]);
  return web({ tools, extensions, workspace, tests });
}

function pack() {
  const folder = join(scratch, "packages");
  const script = fileURLToPath(new URL("../package.js", import.meta.url));
  execFileSync("node", [script, folder, `linux-x64=${program}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const file = (suffix) => join(folder, `konflux-ls-0.1.0${suffix}.vsix`);
  return { universal: file(""), native: file("-linux-x64") };
}

/** An extension with the tests, which passes for the YAML extension. */
async function testsFor(host) {
  const folder = join(scratch, `tests-${host}`);
  const main = "index.js";
  await build({
    entryPoints: [fileURLToPath(new URL("suite/index.ts", import.meta.url))],
    outfile: join(folder, main),
    bundle: true,
    format: "cjs",
    platform: host === "desktop" ? "node" : "browser",
    external: ["vscode"],
    define: { HOST: JSON.stringify(host) },
  });
  const manifest = {
    name: "vscode-yaml",
    publisher: "redhat",
    version: "0.0.1",
    engines: { vscode: "*" },
    extensionKind: ["workspace"],
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  return folder;
}
