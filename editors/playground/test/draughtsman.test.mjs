/** Who lays pictures out: a worker, one picture at a time, or else the page itself. */

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { load } from "./load.mjs";

let Draughtsman;
before(async () => {
  ({ Draughtsman } = await load("picture/draughtsman.ts"));
});

class FakeWorker extends EventTarget {
  jobs = [];
  postMessage(job) {
    this.jobs.push(job.name);
  }
  answer(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

function job(name) {
  return { name, documents: [], sizes: [], frame: { width: 1, height: 1 } };
}

test("while one picture is laid out, only the last of the others waits", () => {
  const worker = new FakeWorker();
  const done = [];
  const draughtsman = new Draughtsman(worker, (scene) => done.push(scene));
  for (const name of ["first", "second", "third"]) draughtsman.ask(job(name));
  assert.deepEqual(worker.jobs, ["first"]);
  worker.answer("first");
  assert.deepEqual(worker.jobs, ["first", "third"]);
  assert.deepEqual(done, [], "what is out of date is not drawn");
  worker.answer("third");
  assert.deepEqual(done, ["third"]);
  assert.equal(draughtsman.isBusy, false);
});

test("without a worker, or when it fails, the page does it", () => {
  const done = [];
  new Draughtsman(undefined, (scene) => done.push(scene)).ask(job("alone"));
  assert.equal(done.length, 1);
  const worker = new FakeWorker();
  const draughtsman = new Draughtsman(worker, (scene) => done.push(scene));
  draughtsman.ask(job("first"));
  draughtsman.ask(job("second"));
  worker.dispatchEvent(new Event("error"));
  assert.equal(done.length, 2);
  draughtsman.ask(job("third"));
  assert.equal(done.length, 3);
});
