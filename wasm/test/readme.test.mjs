/** The package as it is packed, used with the lines of its README. */

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { build, createServer as createViteServer } from "vite";
import { launch, skipWithout } from "./chromium.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const here = join(import.meta.dirname, "..");
const readme = readFileSync(join(here, "README.md"), "utf8");
const [bundled, page, inNode] = [...readme.matchAll(/^```(?:js|html)\n(.*?)^```$/gms)].map(
  ([, code]) => code,
);

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "konflux-ls-wasm-"));
  const args = ["pack", "--ignore-scripts", "--pack-destination", folder, "--loglevel=error"];
  execFileSync("npm", args, { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  execFileSync("tar", ["xf", join(folder, "konflux-ls-wasm-0.1.0.tgz"), "-C", modules]);
  execFileSync("mv", [join(modules, "package"), join(modules, "konflux-ls-wasm")]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("in Node", async () => {
  const file = join(folder, "node.mjs");
  const end = "\nserver.onMessage(() => server.dispose());\n";
  writeFileSync(file, inNode.replace("server.send", `${end}server.send`));
  const { stdout } = await promisify(execFile)("node", [file], { timeout: 20_000 });
  assert.match(stdout, /capabilities/);
});

const skip = skipWithout();

test("in a browser, without a bundler", { skip }, async () => {
  const site = join(folder, "plain");
  mkdirSync(site);
  writeFileSync(join(site, "index.html"), `<!doctype html>${page}`);
  cpSync(join(folder, "node_modules/konflux-ls-wasm/dist"), join(site, "dist"), {
    recursive: true,
  });
  assert.match(await said(site), /capabilities/);
});

test("in a browser, bundled by Vite", { skip }, async () => {
  const index = '<!doctype html><script type="module" src="./main.js"></script>';
  writeFileSync(join(folder, "index.html"), index);
  writeFileSync(join(folder, "main.js"), bundled);
  const options = { root: folder, logLevel: "error", configFile: false };
  await build(options);
  assert.match(await said(join(folder, "dist")), /capabilities/);
  const server = await createViteServer({ ...options, server: { host: "127.0.0.1", port: 0 } });
  try {
    await server.listen();
    const { port } = server.httpServer.address();
    assert.match(await loggedAt(`http://127.0.0.1:${port}/`), /capabilities/, "while developing");
  } finally {
    await server.close();
  }
});

/** What a page of a folder logs first. */
async function said(site) {
  const server = createServer(({ url }, response) => {
    const file = join(site, url === "/" ? "index.html" : url);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" });
    return response.end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await loggedAt(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Of what a page logs, what comes from the server. */
async function loggedAt(address) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const logged = page.waitForEvent("console", {
      predicate: (message) => message.type() === "log",
      timeout: 20_000,
    });
    await page.goto(address);
    return JSON.stringify(await (await logged).args()[0].jsonValue());
  } finally {
    await browser.close();
  }
}
