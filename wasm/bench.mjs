/**
 * `npm run bench --workspace wasm`: the size of the module, and how long it takes until findings
 * are there, native and in WebAssembly; the table in README.md, which says what is measured.
 * `KONFLUX_CORPUS` names real catalogs.
 *
 * Both are driven in turns by the same client, so that what else the machine does hits both.
 */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { startServer } from "konflux-ls-wasm";
import { compressed } from "./size.mjs";

const here = import.meta.dirname;
const repository = join(here, "..");
const corpus = resolve(repository, process.env.KONFLUX_CORPUS ?? "../shared/corpus", "konflux");
const wasm = process.env.WASM ?? join(here, "dist", "engine.wasm");
const URI = "file:///w/bench.yaml";
const STARTS = 7;
const EDITS = 400;

const pipeline = join(
  corpus,
  "release-service-catalog-2024-10/pipelines/rh-advisories/rh-advisories.yaml",
);
const advisories = readFileSync(pipeline, "utf8");
const megabyte = advisories
  .repeat(Math.ceil(1e6 / advisories.length))
  .replaceAll("\n---\n---", "\n---");

/** Takes turns, and prints the medians in milliseconds. */
async function compare(document, what, times, measure) {
  const hosts = [native, inWorker];
  const found = hosts.map(() => []);
  for (let turn = 0; turn < times; turn++) {
    const order = turn % 2 === 0 ? [0, 1] : [1, 0];
    for (const index of order) found[index].push(await measure(hosts[index]));
  }
  const [a, b] = found.map((times) => times.sort((x, y) => x - y)[times.length >> 1]);
  console.log(
    `| ${document} | ${what} | ${a.toFixed(2)} | ${b.toFixed(2)} | ${(b / a).toFixed(1)} |`,
  );
}

async function timed(task) {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

async function begin(client, text) {
  await client.request("initialize", { capabilities: {} });
  client.notify("initialized", {});
  const textDocument = { uri: URI, languageId: "yaml", version: 1, text };
  client.notify("textDocument/didOpen", { textDocument });
  await client.published(1);
}

/** Gives a function that edits back and forth, and tells how long the diagnostics took. */
async function editing(host, text, at, typed) {
  const client = new Conversation(host());
  await begin(client, text);
  const before = text.slice(0, at).split("\n");
  const start = { line: before.length - 1, character: before.at(-1).length };
  const isLine = typed.endsWith("\n");
  const end = isLine
    ? { line: start.line + 1, character: start.character }
    : { ...start, character: start.character + typed.length };
  let version = 1;
  const edit = () => {
    version += 1;
    const back = version % 2 === 1;
    const change = { range: { start, end: back ? end : start }, text: back ? "" : typed };
    const textDocument = { uri: URI, version };
    return timed(async () => {
      client.notify("textDocument/didChange", { textDocument, contentChanges: [change] });
      await client.published(version);
    });
  };
  edit.dispose = () => client.dispose();
  return edit;
}

/** The native server, as an editor starts it. */
function native() {
  const binary = process.env.BINARY ?? join(repository, "target", "release", "konflux-ls");
  const child = spawn(binary, ["serve"], { stdio: ["pipe", "pipe", "inherit"] });
  let buffer = Buffer.alloc(0);
  return {
    send: (message) => {
      const body = JSON.stringify(message);
      child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    },
    hear: (listener) =>
      child.stdout.on("data", (chunk) => {
        buffer = Buffer.concat([buffer, chunk]);
        for (;;) {
          const head = buffer.indexOf("\r\n\r\n");
          const length = Number(
            /Content-Length: (\d+)/.exec(buffer.toString("latin1", 0, head))?.[1],
          );
          if (head < 0 || buffer.length < head + 4 + length) return;
          listener(JSON.parse(buffer.toString("utf8", head + 4, head + 4 + length)));
          buffer = buffer.subarray(head + 4 + length);
        }
      }),
    dispose: () => child.kill(),
  };
}

/** The worker as the package starts it, with the module still to be compiled. */
function inWorker() {
  const worker = () => new Worker(join(here, "dist", "node-worker.cjs"));
  const server = startServer({ worker, wasm });
  return {
    send: (message) => server.send(message),
    hear: (listener) => server.onMessage(listener),
    dispose: () => server.dispose(),
  };
}

class Conversation {
  #host;
  #id = 0;
  #waiting = [];

  constructor(host) {
    this.#host = host;
    host.hear((message) => {
      const waiting = this.#waiting;
      this.#waiting = waiting.filter(({ wanted, resolve }) => !wanted(message) || resolve(message));
    });
  }

  #until(wanted) {
    return new Promise((resolve) => this.#waiting.push({ wanted, resolve }));
  }

  request(method, params) {
    const id = ++this.#id;
    this.#host.send({ jsonrpc: "2.0", id, method, params });
    return this.#until((message) => message.id === id && message.method === undefined);
  }

  notify(method, params) {
    this.#host.send({ jsonrpc: "2.0", method, params });
  }

  published(version) {
    return this.#until((message) => message.params?.version === version);
  }

  dispose() {
    this.#host.dispose();
  }
}

const module = readFileSync(wasm);
const [size, sent] = [module.length, compressed(module)].map((bytes) => bytes.toLocaleString("en"));
console.log(`The module has ${size} bytes, ${sent} with brotli.\n`);
console.log("| document | | native | WebAssembly | ratio |");
console.log("|---|---|---:|---:|---:|");
for (const [name, text] of [
  ["`rh-advisories`, 588 lines", advisories],
  ["the same 46 times over, 1 MB", megabyte],
]) {
  await compare(name, "start to first diagnostics", STARTS, async (host) => {
    const client = new Conversation(host());
    const time = await timed(() => begin(client, text));
    client.dispose();
    return time;
  });
  const kinds = [
    ["a letter in a description", text.lastIndexOf("description: ") + 14, "x"],
    ["a line with a comment", text.lastIndexOf("    - name: "), "# new\n"],
    ["a finding comes and goes", text.lastIndexOf("$(params.") + 9, "x"],
  ];
  for (const [kind, at, typed] of kinds) {
    const clients = new Map();
    await compare(name, kind, EDITS, async (host) => {
      if (!clients.has(host)) clients.set(host, await editing(host, text, at, typed));
      return clients.get(host)();
    });
    for (const edit of clients.values()) edit.dispose();
  }
}
