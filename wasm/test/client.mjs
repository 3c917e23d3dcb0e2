/** A small language client for the tests: it asks, waits, and keeps what it was told. */

import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { startServer } from "konflux-ls-wasm";

const PATIENCE = 20_000;
const SCRIPT = new URL(import.meta.resolve("konflux-ls-wasm/node-worker"));

/** Compiled once for all tests of a file. */
export const compiled = new WebAssembly.Module(
  readFileSync(new URL(import.meta.resolve("konflux-ls-wasm/engine.wasm"))),
);

export class Client {
  #server;
  /** The one that is at work, last of those that were made. */
  #worker;
  #nextId = 1_000_000;
  #answers = new Map();
  #listeners = new Set();
  #taps = [];
  /** Notifications and requests of the server, oldest first. */
  said = [];

  constructor({ files, wasm = compiled, script = SCRIPT, patience } = {}) {
    const worker = () => {
      this.#worker = new Worker(script);
      return this.#worker;
    };
    this.#server = startServer({
      worker,
      wasm,
      ...(files && { files }),
      ...(patience && { patience }),
    });
    this.#server.onMessage((message) => this.#take(message));
  }

  /** A client that has shaken hands. */
  static async start({ capabilities = {}, root = "file:///w", ...options } = {}) {
    const client = new Client(options);
    const workspaceFolders = [{ uri: root, name: "w" }];
    client.offer = await client.request("initialize", { capabilities, workspaceFolders });
    client.notify("initialized", {});
    return client;
  }

  #take(message) {
    for (const tap of this.#taps) tap(message);
    if (message.method === undefined) {
      if (this.#answers.has(message.id)) throw new Error(`a second answer to ${message.id}`);
      this.#answers.set(message.id, message);
    } else {
      this.said.push(message);
      if (message.id !== undefined) this.post({ id: message.id, result: null });
    }
    for (const listener of this.#listeners) listener();
  }

  /** Hears every message from now on, before anybody who waits for it. */
  onMessage(tap) {
    this.#taps.push(tap);
  }

  /** Waits until `look` finds something. */
  async until(look, what) {
    let found = look();
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const listener = () => {
        found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#listeners.delete(listener);
        resolve(found);
      };
      const timer = setTimeout(() => reject(new Error(`never came: ${what}`)), PATIENCE);
      this.#listeners.add(listener);
    });
  }

  post(message) {
    this.#server.send({ jsonrpc: "2.0", ...message });
  }

  notify(method, params) {
    this.post({ method, params });
  }

  /** Asks without waiting; gives the number of the request. */
  send(method, params) {
    const id = this.#nextId++;
    this.post({ id, method, params });
    return id;
  }

  /** The whole answer to a request. */
  answer(id) {
    return this.until(() => this.#answers.get(id), `the answer to request ${id}`);
  }

  async request(method, params) {
    const { result, error } = await this.answer(this.send(method, params));
    if (error !== undefined) throw new Error(`${method}: ${error.code} ${error.message}`);
    return result;
  }

  async refused(method, params) {
    const { error } = await this.answer(this.send(method, params));
    if (error === undefined) throw new Error(`${method} should have been refused`);
    return error;
  }

  /** Takes the first thing that the server said with this method. */
  expect(method, matches = () => true) {
    const isIt = (message) => message.method === method && matches(message.params);
    return this.until(() => {
      const at = this.said.findIndex(isIt);
      return at < 0 ? undefined : this.said.splice(at, 1)[0].params;
    }, method);
  }

  open(uri, text, version = 1) {
    const textDocument = { uri, languageId: "yaml", version, text };
    this.notify("textDocument/didOpen", { textDocument });
  }

  /** One change: start line and column, end line and column, the new text. */
  change(uri, version, [a, b, c, d], text) {
    const range = { start: { line: a, character: b }, end: { line: c, character: d } };
    const textDocument = { uri, version };
    this.notify("textDocument/didChange", { textDocument, contentChanges: [{ range, text }] });
  }

  close(uri) {
    this.notify("textDocument/didClose", { textDocument: { uri } });
  }

  /** The rules of what is published about a version. */
  async published(uri, version) {
    const told = await this.expect(
      "textDocument/publishDiagnostics",
      (params) => params.uri === uri && params.version === version,
    );
    return codes(told.diagnostics);
  }

  /** Waits until the worker is gone. */
  ended() {
    return new Promise((resolve) => this.#worker.on("exit", resolve));
  }

  dispose() {
    this.#server.dispose();
  }
}

/** The rules of some diagnostics; nothing for those that no rule gave. */
export function codes(diagnostics) {
  return diagnostics.map((diagnostic) => diagnostic.code ?? "");
}

/** Files in memory. */
export class Files {
  constructor(texts) {
    this.texts = new Map(Object.entries(texts));
  }

  list(folders, limit) {
    const inside = (file) => folders.some((folder) => file.startsWith(`${folder}/`));
    const files = [...this.texts.keys()].filter(inside);
    return { files: files.slice(0, limit), more: files.length > limit };
  }

  read(file) {
    return this.texts.get(file) ?? null;
  }
}

/** A task that uses one param that it declares. */
export const GREET = `\
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: greet
spec:
  params:
    - name: who
      type: string
  steps:
    - name: greet
      image: quay.io/acme/tools:1
      args: ["$(params.who)"]
`;

/** Where \`$(params.who)\` stands in it: line and columns of the name. */
export const WHO = [11, 23, 11, 26];

/** A pipeline that calls a task by name, without the param that it needs. */
export const CALL = `\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: hello
spec:
  tasks:
    - name: greet
      taskRef:
        name: greet
`;
