/**
 * `npm run bench --workspace wasm`, its second half: from nothing to the first findings in
 * Chromium, each time in a fresh profile, from a server on this machine.
 */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const here = import.meta.dirname;
const corpus = resolve(here, "..", process.env.KONFLUX_CORPUS ?? "../shared/corpus", "konflux");
const pipeline = "release-service-catalog-2024-10/pipelines/rh-advisories/rh-advisories.yaml";
const TIMES = 9;
const TYPES = { js: "text/javascript", wasm: "application/wasm" };

const server = createServer((request, response) => {
  const name = request.url.slice(1);
  const type = TYPES[name.split(".").pop()] ?? "text/html";
  response.setHeader("Content-Type", type);
  const isPage = name === "" || name.includes("favicon");
  response.end(isPage ? "<!doctype html>" : readFileSync(join(here, "dist", name)));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
const text = readFileSync(join(corpus, pipeline), "utf8");
const times = [];
for (let turn = 0; turn < TIMES; turn++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  times.push(await page.evaluate(firstDiagnostics, text));
  await context.close();
}
await browser.close();
server.close();

const median = (key) => times.map((time) => time[key]).sort((a, b) => a - b)[TIMES >> 1];
console.log("| in Chromium | ms |");
console.log("|---|---:|");
console.log(`| start to the answer of \`initialize\` | ${median("ready").toFixed(0)} |`);
console.log(`| start to first diagnostics | ${median("first").toFixed(0)} |`);
console.log(`| a line with a comment, first 100 edits | ${median("early").toFixed(1)} |`);
console.log(`| a line with a comment, after 200 edits | ${median("late").toFixed(1)} |`);

/** Runs in the page. */
async function firstDiagnostics(text) {
  const { startServer } = await import("/index.js");
  const start = performance.now();
  const server = startServer({ worker: () => new Worker("/worker.js"), wasm: "/engine.wasm" });
  const until = (wanted) =>
    new Promise((resolve) => {
      const stop = server.onMessage((message) => {
        if (!wanted(message)) return;
        stop();
        resolve(performance.now());
      });
    });
  const send = (message) => server.send({ jsonrpc: "2.0", ...message });
  const uri = "file:///w/a.yaml";
  const ready = until((message) => message.id === 1);
  const first = until((message) => message.params?.version === 1);
  send({ id: 1, method: "initialize", params: { capabilities: {} } });
  send({ method: "initialized", params: {} });
  const textDocument = { uri, languageId: "yaml", version: 1, text };
  send({ method: "textDocument/didOpen", params: { textDocument } });
  const times = { ready: (await ready) - start, first: (await first) - start };
  const edits = [];
  for (let version = 2; version < 402; version++) {
    const place = { line: 3, character: 0 };
    const end = version % 2 ? { line: 4, character: 0 } : place;
    const contentChanges = [{ range: { start: place, end }, text: version % 2 ? "" : "# x\n" }];
    const before = performance.now();
    const told = until((message) => message.params?.version === version);
    const params = { textDocument: { uri, version }, contentChanges };
    send({ method: "textDocument/didChange", params });
    edits.push((await told) - before);
  }
  server.dispose();
  const middle = (some) => some.sort((a, b) => a - b)[some.length >> 1];
  return { ...times, early: middle(edits.slice(0, 100)), late: middle(edits.slice(200)) };
}
