import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compressed } from "../size.mjs";

/** Bytes that a browser may have to fetch before the first finding. */
const BUDGET = 550_000;

test("the module is worth waiting for", (t) => {
  const module = readFileSync(new URL(import.meta.resolve("konflux-ls-wasm/engine.wasm")));
  const size = compressed(module);
  t.diagnostic(`${module.length} bytes, ${size} with brotli, of ${BUDGET}`);
  assert.ok(size <= BUDGET, `${size} bytes with brotli; the budget is ${BUDGET}`);
});

test("the module names no folder of the machine that built it", () => {
  const module = readFileSync(new URL(import.meta.resolve("konflux-ls-wasm/engine.wasm")));
  assert.doesNotMatch(module.toString("latin1"), /\.cargo\/registry|\/home\/|\/root\//);
});
