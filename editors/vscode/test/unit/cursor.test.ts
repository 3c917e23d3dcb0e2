/** The node that a cursor is in. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { GraphNode, PipelineGraph, Range } from "konflux-ls-wasm/protocol";
import { nodeAt } from "../../src/picture/cursor.js";

const lines = (first: number, last: number): Range => ({
  start: { line: first, character: 4 },
  end: { line: last, character: 10 },
});

const node = (id: string, range: Range) => ({ id, range }) as GraphNode;

const PIPELINES = [
  { range: lines(0, 20), nodes: [node("outer", lines(5, 15)), node("inner", lines(7, 9))] },
  { range: lines(22, 40), nodes: [node("other", lines(30, 35))] },
] as PipelineGraph[];

const uri = "file:///pipelines.yaml";
const at = (line: number, character = 5) =>
  nodeAt({ uri, pipelines: PIPELINES }, { line, character });

test("the innermost node around the cursor", () => {
  assert.deepEqual(at(6), { uri, pipeline: 0, node: "outer" });
  assert.deepEqual(at(8), { uri, pipeline: 0, node: "inner" });
  assert.deepEqual(at(31), { uri, pipeline: 1, node: "other" });
});

test("both ends of a node belong to it, what is beside them does not", () => {
  assert.deepEqual(at(5, 4), { uri, pipeline: 0, node: "outer" });
  assert.deepEqual(at(15, 10), { uri, pipeline: 0, node: "outer" });
  assert.deepEqual(at(5, 3), { uri, pipeline: 0, node: null });
  assert.deepEqual(at(15, 11), { uri, pipeline: 0, node: null });
});

test("nothing between pipelines", () => {
  assert.equal(at(21), null);
});
