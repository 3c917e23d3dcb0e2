/** Finding the native server: what each wrong path is told to be, and what is never executed. */

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { expand, onPath, PROGRAM, probe } from "../../src/native.js";

const folder = mkdtempSync(join(tmpdir(), "konflux-ls-"));
after(() => rmSync(folder, { recursive: true }));

/** A program that answers to everything with `answer`. */
function program(name: string, answer: string, mode = 0o755): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho '${answer}'\n`);
  chmodSync(path, mode);
  return path;
}

test("a konflux-ls is taken", async () => {
  await probe(program("right", "konflux-ls 1.2.3"));
});

test("what is wrong with a path is said", async () => {
  await assert.rejects(probe(join(folder, "missing")), /does not exist/);
  await assert.rejects(probe(folder), /may not be executed/);
  await assert.rejects(probe(program("plain", "konflux-ls 1.2.3", 0o644)), /may not be executed/);
  await assert.rejects(probe(program("other", "kubectl 1.2.3")), /is not konflux-ls/);
  const text = program("text", "");
  writeFileSync(text, "#!/nowhere/interpreter\n");
  await assert.rejects(probe(text), /does not/);
});

test("only absolute paths are taken, and ~ is the home folder", () => {
  assert.equal(expand("~/bin/konflux-ls"), join(homedir(), "bin/konflux-ls"));
  assert.equal(expand("/usr/bin/konflux-ls"), "/usr/bin/konflux-ls");
  assert.equal(expand("target/release/konflux-ls"), undefined);
  assert.equal(expand("./konflux-ls"), undefined);
});

test("the first executable file on the PATH is found, outside of forbidden folders", async () => {
  const [first, second] = ["one", "two"].map((name) => program(`${name}/${PROGRAM}`, ""));
  program(`unusable/${PROGRAM}`, "", 0o644);
  mkdirSync(join(folder, "deep", PROGRAM), { recursive: true });
  const before = process.env.PATH;
  const names = ["absent", "unusable", "deep", "one", "two"];
  process.env.PATH = ["", ".", ...names.map((name) => join(folder, name))].join(delimiter);
  try {
    assert.equal(await onPath([]), first);
    assert.equal(await onPath([join(folder, "one")]), second);
    assert.equal(await onPath([folder]), undefined);
  } finally {
    process.env.PATH = before;
  }
});
