/**
 * The same conversations as with the native server, with equal answers.
 *
 * The native server's tests leave transcripts (see tests/transcript.rs). Here their client's part
 * is said again, and everything that the native server answered or published must come again,
 * except for what depends on timing alone: findings of versions that were out of date when they
 * were published, and answers given while files were still being read.
 */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Client, Files } from "./client.mjs";

const folder = join(import.meta.dirname, "../../target/transcripts");
const RECORD = 'KONFLUX_TRANSCRIPTS="$PWD/target/transcripts" cargo test -p konflux-ls --test lsp';
/** How often a question is repeated whose answer depends on files that are still being read. */
const PATIENCE = 200;
const PAUSE = 20;

const names = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".json"))
  : [];

test("there are transcripts", () => {
  assert.ok(names.length > 40, `${names.length} transcripts in ${folder}: first run\n${RECORD}`);
});

for (const name of names) {
  test(name.replace(".json", ""), async (t) => {
    const replay = new Replay(JSON.parse(readFileSync(join(folder, name), "utf8")));
    t.after(() => replay.client.dispose());
    await replay.run();
  });
}

class Replay {
  #events;
  #files = new Files({});
  /** The versions of documents as the client counts them. */
  #versions = new Map();
  /** What the module said about documents last. */
  #published = new Map();
  /** The native server's identifiers of results, and the module's. */
  #identifiers = new Map();
  #requests = new Map();

  constructor(events) {
    this.#events = withoutRepetitions(events);
    this.client = new Client({ files: this.#files });
    this.client.onMessage((message) => {
      if (message.method !== "textDocument/publishDiagnostics") return;
      const { uri, ...told } = message.params;
      this.#published.set(uri, told);
    });
  }

  async run() {
    for (const [index, event] of this.#events.entries()) {
      if (event.file !== undefined) this.#write(event);
      else if (event.client !== undefined) this.#say(event.client);
      else if (event.server.method === undefined) await this.#answered(event.server);
      else if (event.server.method === "textDocument/publishDiagnostics") {
        if (this.#isCurrent(event.server.params, index)) await this.#told(event.server.params);
      }
    }
  }

  #write({ file, text }) {
    if (text !== null) this.#files.texts.set(file, text);
    else {
      const gone = [...this.#files.texts.keys()].filter((name) =>
        `${name}/`.startsWith(`${file}/`),
      );
      for (const name of gone) this.#files.texts.delete(name);
    }
  }

  #say(message) {
    const said = this.#translate(message);
    if (said.id !== undefined) this.#requests.set(said.id, said);
    const document = said.params?.textDocument;
    if (document?.version !== undefined) this.#versions.set(document.uri, document.version);
    if (said.method === "textDocument/didClose") this.#versions.set(document.uri, undefined);
    this.client.post(said);
  }

  /** Identifiers of results are each server's own. */
  #translate(message) {
    return JSON.parse(JSON.stringify(message), (key, value) =>
      key === "previousResultId" || key === "value"
        ? (this.#identifiers.get(value) ?? value)
        : value,
    );
  }

  async #answered(expected) {
    let given = await this.client.answer(expected.id);
    for (let tries = 0; tries < PATIENCE && !this.#equal(given, expected); tries++) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      const { method, params } = this.#requests.get(expected.id);
      given = { ...(await this.client.answer(this.client.send(method, params))), id: expected.id };
    }
    assert.deepEqual(plain(given), plain(expected), this.#requests.get(expected.id).method);
    this.#learn(given.result, expected.result);
  }

  #equal(given, expected) {
    return isDeepStrictEqual(plain(given), plain(expected));
  }

  #learn(given, expected) {
    if (typeof expected !== "object" || expected === null) return;
    for (const [key, value] of Object.entries(expected)) {
      if (key === "resultId") this.#identifiers.set(value, given[key]);
      else this.#learn(given[key], value);
    }
  }

  /** Whether it is about the latest state, and nothing newer was told before the client went on. */
  #isCurrent({ uri, version }, index) {
    if (version !== this.#versions.get(uri)) return false;
    const later = this.#events.slice(index + 1);
    const next = later.findIndex((event) => event.client !== undefined);
    const meanwhile = next < 0 ? later : later.slice(0, next);
    return !meanwhile.some(
      ({ server }) => server?.method?.endsWith("/publishDiagnostics") && server.params.uri === uri,
    );
  }

  async #told({ uri, ...expected }) {
    const isTold = () => isDeepStrictEqual(this.#published.get(uri), expected) || undefined;
    await this.client.until(isTold, "").catch(() => {
      assert.deepEqual(this.#published.get(uri), expected, `published about ${uri}`);
    });
  }
}

/** Of questions that were repeated until the answer was as expected, the last. */
function withoutRepetitions(events) {
  const kept = [];
  for (const event of events) {
    const asked =
      (event.client?.id !== undefined && JSON.stringify({ ...event.client, id: 0 })) || undefined;
    const last = kept.findLastIndex((before) => before.client !== undefined);
    if (asked !== undefined && last >= 0) {
      const before = kept[last].client;
      if (JSON.stringify({ ...before, id: 0 }) === asked) {
        const isIts = (earlier) =>
          earlier.server?.method === undefined && earlier.server?.id === before.id;
        kept.splice(
          0,
          kept.length,
          ...kept.filter((earlier, at) => at !== last && !isIts(earlier)),
        );
      }
    }
    kept.push(event);
  }
  return kept;
}

function plain(message) {
  return JSON.parse(JSON.stringify(message), (key, value) => (key === "resultId" ? "…" : value));
}
