/** Where things stand in the picture, without a browser. */

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { load } from "./load.mjs";

let layOut;
let withPlaces;
before(async () => {
  ({ layOut, withPlaces } = await load("picture/layout.ts"));
});

const WIDE = { width: 1600, height: 500 };
const TALL = { width: 400, height: 900 };
const measure = () => ({ width: 150, height: 50 });

/** A graph from lines such as `clone > build`, `build >> scan` (an artifact), `finally: report`. */
function graph(text, { name = "p", class: kind = "build" } = {}) {
  const nodes = new Map();
  const edges = [];
  const add = (id, rest = {}) =>
    nodes.set(id, {
      id,
      name: id,
      roles: [],
      findings: [],
      finally: false,
      ...nodes.get(id),
      ...rest,
    });
  for (const line of text.trim().split("\n")) {
    const [, isLast, from, arrow, to] = /^\s*(finally: )?(\S+)(?: (>>?) (\S+))?$/.exec(line);
    add(from, isLast ? { finally: true } : {});
    if (to === undefined) continue;
    add(to);
    const artifact = arrow === ">>";
    edges.push({
      from,
      to,
      kind: artifact ? "result" : "runAfter",
      artifact,
      result: artifact ? "IMAGE" : null,
    });
  }
  const all = [...nodes.values()];
  const groups = ["tasks", "finally"].map((kind) => ({
    kind,
    parent: null,
    nodes: all.filter((node) => node.finally === (kind === "finally")).map(({ id }) => id),
  }));
  return { name, class: kind, kind: "Pipeline", nodes: all, edges, groups, findings: [] };
}

function picture(graphs, frame) {
  return layOut([{ uri: "file:///a.yaml", pipelines: graphs }], measure, frame);
}

function boxes({ nodes }) {
  return Object.fromEntries(
    nodes.map(({ node, x, y, width, height }) => [node.id, { x, y, width, height }]),
  );
}

function overlap(one, other) {
  const apart = (axis, size) =>
    one[axis] + one[size] <= other[axis] || other[axis] + other[size] <= one[axis];
  return !apart("x", "width") && !apart("y", "height");
}

const BUILD = graph(`
  init > clone
  clone > build
  build >> scan-a
  build >> scan-b
  build >> scan-c
  alone
  finally: report
`);

for (const [name, frame, axis] of [
  ["tall", TALL, "y"],
  ["wide", WIDE, "x"],
]) {
  test(`in a ${name} frame, tasks follow what they wait for, and overlap nothing`, () => {
    const [pipeline] = picture([BUILD], frame).pipelines;
    const placed = boxes(pipeline);
    assert.equal(Object.keys(placed).length, BUILD.nodes.length);
    for (const { from, to } of BUILD.edges)
      assert.ok(placed[from][axis] < placed[to][axis], `${from} > ${to}`);
    assert.equal(
      placed.alone[axis],
      placed.init[axis],
      "what waits for nothing stands at the start",
    );
    for (const [id, box] of Object.entries(placed)) {
      if (id !== "report") assert.ok(box[axis] < placed.report[axis], `${id} before finally`);
      for (const [other, its] of Object.entries(placed)) {
        assert.ok(id === other || !overlap(box, its), `${id} and ${other}`);
      }
      assert.ok(box.x >= 0 && box.x + box.width <= pipeline.width, `${id} inside`);
      assert.ok(box.y >= 0 && box.y + box.height <= pipeline.height, `${id} inside`);
    }
    assert.equal(pipeline.finallys.length, 1);
  });
}

test("a cycle is drawn as well", () => {
  const [pipeline] = picture([graph("a > b\nb > a\na > a")], TALL).pipelines;
  assert.equal(pipeline.nodes.length, 2);
  for (const { points } of pipeline.edges) {
    for (const { x, y } of points) assert.ok(Number.isFinite(x) && Number.isFinite(y));
  }
});

test("pipelines stand in the order of an artifact's life and hand over to the next", () => {
  const kinds = ["release", null, "build", "integration-test", "build"];
  const scene = picture(
    kinds.map((kind) => graph("a > b", { class: kind })),
    WIDE,
  );
  const order = scene.pipelines.map(({ graph }) => graph.class);
  assert.deepEqual(order, ["build", "build", "integration-test", "release", null]);
  assert.equal(scene.handovers.length, 2);
});

test("all reasons to wait make one line, the strongest first", () => {
  const both = graph("a > b\na >> b");
  const [pipeline] = picture([both], TALL).pipelines;
  assert.equal(pipeline.edges.length, 1);
  assert.deepEqual([pipeline.edges[0].kind, pipeline.edges[0].results], ["artifact", ["IMAGE"]]);
});

test("an embedded pipeline is drawn inside of the task that embeds it", () => {
  const outer = graph("outer\nlast");
  const inner = ["outer/a", "outer/b"].map((id) => ({ ...outer.nodes[0], id, name: id }));
  outer.nodes.push(...inner);
  outer.groups.push({ kind: "tasks", parent: "outer", nodes: inner.map(({ id }) => id) });
  const [pipeline] = picture([outer], TALL).pipelines;
  const placed = boxes(pipeline);
  for (const id of ["outer/a", "outer/b"]) {
    assert.ok(placed[id].x >= placed.outer.x && placed[id].y > placed.outer.y);
    assert.ok(placed[id].x + placed[id].width <= placed.outer.x + placed.outer.width);
    assert.ok(placed[id].y + placed[id].height <= placed.outer.y + placed.outer.height);
  }
  assert.ok(!overlap(placed.outer, placed.last));
});

test("typing elsewhere moves no card, and clicks go to the new place", () => {
  const before = picture([BUILD], TALL);
  const moved = {
    ...BUILD,
    nodes: BUILD.nodes.map((node) => ({ ...node, selectionRange: "new" })),
  };
  const after = withPlaces(before, [{ uri: "file:///a.yaml", pipelines: [moved] }]);
  assert.deepEqual(boxes(after.pipelines[0]), boxes(before.pipelines[0]));
  assert.ok(after.pipelines[0].nodes.every(({ node }) => node.selectionRange === "new"));
});
