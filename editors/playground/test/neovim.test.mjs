/** `:KonfluxPipeline` from end to end: Neovim serves the built page, a browser shows what it has. */

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, skipWithout } from "../../../wasm/test/chromium.mjs";
import { visit } from "./browser.mjs";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
/** How the documentation says that the plugin is installed, with this clone in place of a new one. */
const [INSTALL] = ["docs/editors.md", "editors/neovim/README.md"].map((page) => {
  const [, lines] = /^```sh\n(git clone.*?)^```$/ms.exec(
    readFileSync(join(repository, page), "utf8"),
  );
  return lines.replace(/^git clone \S+ (\S+)$/m, `ln -s '${repository}' $1`);
});
const CORPUS = resolve(
  repository,
  process.env.KONFLUX_CORPUS ?? "../shared/corpus",
  "konflux/release-service-catalog-2024-10/pipelines/rh-advisories/rh-advisories.yaml",
);
const EDITORS = { newest: join(repository, "target/editors/bin/nvim"), oldest: "/usr/bin/nvim" };
const PATIENCE = 20_000;

const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: café-🚧
spec:
  tasks:
    - name: first
      taskRef: {name: greet}
    - name: second
      runAfter: [first]
      taskRef: {name: greet}
`;

let browser;

/** A Neovim with the plugin, and a browser that only notes where it was sent. */
class Neovim {
  constructor(program, t) {
    this.home = mkdtempSync(join(tmpdir(), "konflux ü-"));
    this.opened = join(this.home, "opened");
    execFileSync("bash", ["-ec", INSTALL], { env: { HOME: this.home, PATH: process.env.PATH } });
    mkdirSync(join(this.home, "bin"));
    writeFileSync(
      join(this.home, "bin/xdg-open"),
      '#!/bin/sh\nprintf %s "$1" > "$OPENED.new"; mv "$OPENED.new" "$OPENED"\n',
    );
    chmodSync(join(this.home, "bin/xdg-open"), 0o755);
    this.socket = join(this.home, "socket");
    const env = { PATH: `${join(this.home, "bin")}:/usr/bin:/bin`, HOME: this.home };
    const args = ["--headless", "-i", "NONE", "-n", "--listen", this.socket];
    this.process = spawn(program, args, {
      cwd: this.home,
      env: { ...env, OPENED: this.opened, LANG: "C.UTF-8" },
      stdio: "ignore",
    });
    t.after(() => {
      this.process.kill("SIGKILL");
      rmSync(this.home, { recursive: true, force: true });
    });
    this.program = program;
  }

  /** Waits until it can be spoken to. */
  async ready() {
    await until("Neovim", () => existsSync(this.socket));
    return this;
  }

  /** Types keys, and gives what an expression is then. */
  type(keys, expression = "1") {
    const ask = (...args) => spawnSync(this.program, ["--server", this.socket, ...args]);
    ask("--remote-send", keys);
    const { stdout, stderr } = ask("--remote-expr", expression);
    // Old ones answer on the wrong stream.
    return `${stdout}${stderr}`;
  }

  file(name, text) {
    writeFileSync(join(this.home, name), text);
    return this.type(`<Esc>:edit ${name}<CR>`);
  }

  /** Where `:KonfluxPipeline` sent the browser. */
  async picture(command = "KonfluxPipeline") {
    rmSync(this.opened, { force: true });
    this.type(`<Esc>:${command}<CR>`);
    await until("an address", () => existsSync(this.opened));
    return readFileSync(this.opened, "utf8");
  }

  messages() {
    return this.type("", "execute('messages')");
  }
}

async function until(what, isTrue) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never: ${what}`);
}

/** Opens an address in a browser that reaches this machine only. */
async function look(address) {
  const visitor = await visit({ browser }, { address });
  await visitor.page.locator(".picture-node").first().waitFor({ state: "attached" });
  return visitor;
}

function node(page, name) {
  return page.locator(`.picture-node[aria-label^="${name} "]`);
}

for (const [name, program] of Object.entries(EDITORS)) {
  const skip = skipWithout(program);
  const suite = skip ? (title) => test(title, { skip }, () => {}) : describe;
  suite(`:KonfluxPipeline in the ${name} Neovim`, () => {
    before(async () => {
      browser = await launch();
    });
    after(() => browser.close());

    test("shows the buffer as it is, unsaved and not in ASCII", async (t) => {
      const neovim = await new Neovim(program, t).ready();
      neovim.file("pipeline ü.yaml", PIPELINE);
      neovim.type("<Esc>:%s/name: second/name: not-saved/<CR>");
      const address = await neovim.picture();
      const { page, context, requests, complaints } = await look(address);
      await node(page, "not-saved").waitFor();
      await page.locator(".picture-pipeline-name", { hasText: "café-🚧" }).waitFor();
      await page.locator(".tab-name", { hasText: "pipeline ü.yaml" }).waitFor();
      assert.equal(readFileSync(join(neovim.home, "pipeline ü.yaml"), "utf8"), PIPELINE);
      const { origin } = new URL(address);
      assert.deepEqual(
        requests.filter((url) => !url.startsWith(origin)),
        [],
        "nothing leaves the machine",
      );
      assert.deepEqual(complaints, []);
      await context.close();
    });

    test("shows a buffer without a name", async (t) => {
      const neovim = await new Neovim(program, t).ready();
      neovim.type("<Esc>:set paste ft=yaml<CR>");
      neovim.type(`i${PIPELINE.replaceAll("\n", "<CR>")}<Esc>`);
      const { page, context } = await look(await neovim.picture());
      await node(page, "second").waitFor();
      await page.locator(".tab-name", { hasText: "untitled.yaml" }).waitFor();
      await context.close();
    });

    test("shows a long pipeline of a real catalog", async (t) => {
      if (!existsSync(CORPUS)) return t.skip("the corpus is not here");
      const text = readFileSync(CORPUS, "utf8");
      const neovim = await new Neovim(program, t).ready();
      neovim.file("rh-advisories.yaml", text);
      const { page, context } = await look(await neovim.picture());
      await node(page, "collect-data").waitFor();
      const [, tasks] = text.split("\n  tasks:\n");
      const names = tasks.match(/^ {4}- name: /gm);
      assert.equal(await page.locator(".picture-node").count(), names.length);
      await context.close();
    });

    test("says when a buffer is too big for an address, and opens nothing", async (t) => {
      const neovim = await new Neovim(program, t).ready();
      neovim.file(
        "huge.yaml",
        PIPELINE + "# a comment of forty bytes, many times…\n".repeat(40_000),
      );
      neovim.type("<Esc>:KonfluxPipeline<CR>");
      await until("a message", () => neovim.messages().includes("konflux-ls:"));
      assert.match(neovim.messages(), /too big for a link: 1\.\d MB, and .* 0\.7 MB/);
      assert.equal(existsSync(neovim.opened), false);
      // What fits just so is shown.
      neovim.file(
        "big.yaml",
        PIPELINE + "# a comment of forty bytes, many times.\n".repeat(15_000),
      );
      const { page, context } = await look(await neovim.picture());
      await node(page, "second").waitFor();
      await context.close();
    });
  });
}
