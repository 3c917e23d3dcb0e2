/** The page in a real browser, as people use it. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { skipWithout } from "../../../wasm/test/chromium.mjs";
import { readExamples } from "../content.mjs";
import { start, visit } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = [390, 844];

let host;

/** Opens the page with a story in it, and waits until its picture is drawn. */
async function visitStory(id, options) {
  const visitor = await visit(host, options);
  await visitor.page.click("#examples-button");
  await visitor.page.click(`[data-example="${id}"]`);
  await visitor.page.waitForSelector(".picture-node", { state: "attached" });
  return visitor;
}

/** Opens the page with files, as editors do. */
function visitFiles(files, options) {
  const json = JSON.stringify({ files, active: files[0].path });
  const address = `${host.site.address}#json=${Buffer.from(json).toString("base64url")}`;
  return visit(host, { ...options, address });
}

const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: hello
spec:
  tasks:
    - name: first
      taskRef:
        name: greet
    - name: second
      runAfter:
        - first
      taskRef:
        name: greet
`;

function node(page, name) {
  return page.locator(`.picture-node[aria-label^="${name} "]`);
}

function finding(page, words) {
  return page.locator(".finding", { hasText: words });
}

/** The text of the file that is shown, as it would be copied. */
async function textOf(page) {
  await page.locator(".file:not([hidden]) .cm-content").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+C");
  return page.evaluate(() => navigator.clipboard.readText());
}

const skip = skipWithout();

const suite = skip ? (name) => test(name, { skip }, () => {}) : describe;
suite("the playground", () => {
  before(async () => {
    host = await start();
  });
  after(() => host.close());

  test("what is typed is found, marked, drawn and counted", async () => {
    const { page, context } = await visitFiles([{ path: "hello.yaml", text: PIPELINE }]);
    await page.getByRole("heading", { name: "No findings" }).waitFor();
    await page.locator(".cm-line", { hasText: "- first" }).click();
    await page.keyboard.press("End");
    await page.keyboard.type("x");
    await finding(page, "no task firstx").waitFor();
    await page.locator(".cm-lintRange-error", { hasText: "firstx" }).waitFor();
    await page.locator(".picture-node.has-error").waitFor();
    assert.match(await page.locator("#findings-summary").textContent(), /^1 error$/);
    assert.match(await node(page, "second").getAttribute("aria-label"), /Problem: .*firstx/);
    await page.keyboard.press("Backspace");
    await page.getByRole("heading", { name: "No findings" }).waitFor();
    await context.close();
  });

  test("a click on a task goes to its text, and the cursor marks its task", async () => {
    const { page, context } = await visitFiles([{ path: "hello.yaml", text: PIPELINE }]);
    await node(page, "second").click();
    await page.keyboard.type("other");
    await node(page, "other").waitFor();
    await page.locator(".picture-node.is-current[aria-label^='other ']").waitFor();
    await page.locator(".cm-line", { hasText: "- name: first" }).click();
    await page.locator(".picture-node.is-current[aria-label^='first ']").waitFor();
    await context.close();
  });

  test("the picture is reached by keyboard, and is a list for those who want one", async () => {
    const { page, context } = await visitFiles([{ path: "hello.yaml", text: PIPELINE }]);
    await node(page, "first").focus();
    await page.keyboard.press("ArrowDown");
    assert.match(
      await page.evaluate(() => document.activeElement.getAttribute("aria-label")),
      /^second /,
    );
    const before = await page.locator(".picture-scale").textContent();
    await page.keyboard.press("+");
    assert.notEqual(await page.locator(".picture-scale").textContent(), before);
    await page.keyboard.press("Enter");
    await page.keyboard.type("fourth");
    await node(page, "fourth").waitFor();
    await page.getByRole("button", { name: "Show as a list" }).click();
    const items = page.locator(".picture-list li");
    assert.deepEqual(await items.locator(".picture-list-name").allInnerTexts(), [
      "first",
      "fourth",
    ]);
    assert.match(await items.last().textContent(), /Runs after first\./);
    await context.close();
  });

  test("a fix shows what it changes, is applied with one click, and can be taken back", async () => {
    const { page, context } = await visitStory("broken-wires");
    await finding(page, "no task clome").click();
    const fix = page
      .locator(".fix")
      .filter({ has: page.locator(".diff-added", { hasText: "- clone" }) });
    assert.match(await fix.locator(".diff-removed").textContent(), /- clome/);
    const original = await textOf(page);
    await fix.getByRole("button", { name: /^Apply/ }).click();
    await finding(page, "no task clome").waitFor({ state: "detached" });
    assert.equal(await textOf(page), original.replace("- clome", "- clone"));
    assert.match(await node(page, "build-image").getAttribute("aria-label"), /Runs after clone\./);
    await page.getByRole("button", { name: "Undo" }).click();
    await finding(page, "no task clome").waitFor();
    assert.equal(await textOf(page), original);
    await context.close();
  });

  test("a link holds the files, and opens them elsewhere", async () => {
    const text = `${PIPELINE}# ¡ünïcode! 🎉\n`;
    const { page, context } = await visitFiles([
      { path: ".tekton/hello.yaml", text },
      { path: "tasks/greet.yaml", text: "kind: Task\n" },
    ]);
    await page.locator(".tab", { hasText: "greet.yaml" }).waitFor();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByText("The link is copied").waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const inside = JSON.parse(
      inflateRawSync(Buffer.from(new URL(link).hash.slice(1), "base64url")),
    );
    assert.deepEqual(inside.files[0], { path: ".tekton/hello.yaml", text });
    await context.close();

    const other = await visit(host, { address: link });
    await node(other.page, "second").waitFor();
    assert.equal(await textOf(other.page), text);
    assert.equal(await other.page.locator(".tab").count(), 2);
    await other.context.close();
  });

  test("a damaged link is told, and harms nothing", async () => {
    const { page, context } = await visit(host, { address: `${host.site.address}#notALink` });
    await page.getByText("The link is damaged").waitFor();
    await page.locator(".picture-node").first().waitFor();
    await context.close();
  });

  test("files are added, renamed, closed and dropped", async () => {
    const { page, context } = await visitFiles([{ path: "hello.yaml", text: PIPELINE }]);
    await page.getByRole("button", { name: "New file" }).click();
    await page.keyboard.type("kind: Task");
    await page.locator(".tab-name[aria-current]").dblclick();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("tasks/mine.yaml");
    await page.keyboard.press("Enter");
    await page.locator(".tab-name[aria-current]", { hasText: "tasks/mine.yaml" }).waitFor();
    assert.equal(await textOf(page), "kind: Task");
    await page.getByRole("button", { name: "Close tasks/mine.yaml" }).click();
    assert.equal(await page.locator(".tab").count(), 1);
    await page.evaluate(
      (text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], "dropped.yaml"));
        transfer.items.add(new File(["no"], "picture.png"));
        document.body.dispatchEvent(
          new DragEvent("drop", { dataTransfer: transfer, bubbles: true }),
        );
      },
      PIPELINE.replace("hello", "dropped"),
    );
    await page.locator(".tab-name[aria-current]", { hasText: "dropped.yaml" }).waitFor();
    await page.locator(".picture-pipeline-name", { hasText: "dropped" }).waitFor();
    assert.equal(await page.locator(".picture-pipeline").count(), 2);
    await context.close();
  });

  test("without a network it works from the second time on, with what was open", async () => {
    const { page, context, requests, complaints } = await visitFiles([
      { path: "hello.yaml", text: PIPELINE },
    ]);
    await node(page, "second").click();
    await page.keyboard.type("kept");
    await node(page, "kept").waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await page.reload();
    await node(page, "kept").waitFor();
    await page.locator(".cm-line", { hasText: "- first" }).click();
    await page.keyboard.press("End");
    await page.keyboard.type("x");
    await page.locator(".picture-node.has-error").waitFor();
    const { origin } = new URL(host.site.address);
    assert.deepEqual(
      requests.filter((url) => new URL(url).origin !== origin),
      [],
    );
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test("a hover tells why, and its links lead there", async () => {
    const task = `apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: ship
spec:
  steps:
    - name: ship
      image: quay.io/example/tools
      script: cosign copy "$(params.from)" "$B"
`;
    const { page, context, complaints } = await visitFiles([{ path: "ship.yaml", text: task }]);
    const name = page.locator(".cm-line", { hasText: "name: ship" }).first();
    const hover = page.locator(".cm-lsp-documentation", { hasText: "publish" });
    // What is found tells that the engine has read the file.
    await finding(page, "from").waitFor();
    await name.hover({ position: { x: 80, y: 8 } });
    await hover.getByRole("link", { name: "line 9" }).click();
    await page.locator(".cm-activeLine", { hasText: "cosign copy" }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test("a strict page: nothing but its own scripts, styles and workers", async () => {
    const { page, context, complaints } = await visitStory("broken-wires");
    await page.locator(".cm-line", { hasText: "- clome" }).hover();
    const policy = await page.locator("meta[http-equiv]").getAttribute("content");
    assert.match(
      policy,
      /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; connect-src 'self'/,
    );
    const reached = await page.evaluate(() =>
      fetch("http://127.0.0.1:9/").then(
        () => "reached",
        () => "refused",
      ),
    );
    assert.equal(reached, "refused");
    // The refused request above is the only complaint: no style, script or worker was.
    assert.ok(
      complaints.every((text) => text.includes("127.0.0.1:9")),
      complaints.join("\n"),
    );
    await context.close();
  });

  test("an engine that does not answer any more is replaced, and people are told", async () => {
    const wasm = join(import.meta.dirname, "../../../wasm");
    const trap = (name) => join(wasm, "test/trap", name);
    if (!existsSync(trap("engine.wasm"))) {
      execFileSync("node", [join(wasm, "build.mjs"), "--trap"], { stdio: "inherit" });
    }
    const { page, context } = await visitFiles([{ path: "hello.yaml", text: PIPELINE }], {
      instead: { "engine.wasm": trap("engine.wasm"), "worker.js": trap("worker.js") },
    });
    await node(page, "second").waitFor();
    await page.locator(".cm-line", { hasText: "- first" }).click();
    await page.keyboard.press("End");
    await page.keyboard.type("x # konflux: loop");
    await page.getByText("The analysis was started again: it gave no answer").waitFor();
    await finding(page, "The analysis of this text failed").waitFor();
    for (const _ of " # konflux: loop") await page.keyboard.press("Backspace");
    await finding(page, "no task firstx").waitFor();
    await page.locator(".picture-node.has-error").waitFor();
    await context.close();
  });

  test("each story shows what it tells", async () => {
    const { page, context } = await visit(host);
    for (const { id, title, finds } of readExamples().stories) {
      await page.click("#examples-button");
      await page.click(`[data-example="${id}"]`);
      await page.locator("#story-title", { hasText: title }).waitFor();
      const rules = finds === "nothing" ? [] : finds.split(", ");
      await page.waitForFunction(
        (number) => document.querySelectorAll(".finding").length === number,
        rules.length,
      );
      const found = [];
      for (const finding of await page.locator(".finding").all()) {
        await finding.click();
        found.push(await page.locator(".finding-rule code").first().textContent());
      }
      assert.deepEqual(found.sort(), rules, id);
    }
    await context.close();
  });

  for (const theme of ["light", "dark"]) {
    for (const size of [[1280, 800], PHONE]) {
      test(`nobody is left out: ${theme}, ${size[0]} pixels wide`, async () => {
        const { page, context } = await visitStory("broken-wires", { theme, size });
        const isPhone = size === PHONE;
        const views = isPhone ? ["text", "picture", "findings"] : ["text"];
        for (const view of views) {
          if (isPhone) await page.click(`[data-show=${view}]`);
          assert.deepEqual(await violations(page), []);
        }
        await page.getByRole("button", { name: "Examples" }).click();
        assert.deepEqual(await violations(page), []);
        await context.close();
      });
    }
  }

  test("the Tab key comes to everything that can be done, and is seen to", async () => {
    const { page, context } = await visitStory("broken-wires");
    await page.locator(".fix").first().waitFor();
    const reached = new Set();
    for (let step = 0; step < 80; step += 1) {
      await page.keyboard.press("Tab");
      const focus = await page.evaluate(focused);
      // Once around.
      if (focus === null) continue;
      if (reached.has(focus.name) && focus.name === "Examples") break;
      assert.ok(focus.isSeen, `the focus is not seen on ${focus.name}`);
      reached.add(focus.name);
    }
    const wanted = [
      ...["Examples", "Open", "Share", "Dark or light", "Close", "New file", "Zoom in", "Fit"],
      ...["Show as a list", "Width of the text", "Height of the findings", "Apply"],
      ...["pipelines/build-container.yaml", "Close pipelines/build-container.yaml"],
      ...["pipelines/build-container.yaml:25", "build-image build"],
    ];
    const isReached = (name) => [...reached].some((other) => other.startsWith(name));
    assert.deepEqual(
      wanted.filter((name) => !isReached(name)),
      [],
      [...reached].join(" | "),
    );
    await context.close();
  });

  test("Escape closes what stands above the page", async () => {
    const { page, context } = await visitStory("broken-wires");
    await page.getByRole("button", { name: "Examples" }).click();
    await page.locator("#examples").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#examples").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Share" }).click();
    await page.locator(".toast").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".toast").waitFor({ state: "detached" });
    await node(page, "clone").hover();
    await page.locator(".picture-tip").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".picture-tip").waitFor({ state: "hidden" });
    await context.close();
  });

  test("on a phone, one view at a time, nothing beyond the edge", async () => {
    const { page, context } = await visitStory("broken-wires", { size: PHONE });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(await overflow(), 0);
    await page.click("[data-show=findings]");
    await finding(page, "no task clome").waitFor();
    assert.equal(await overflow(), 0);
    await page.click("[data-show=picture]");
    assert.equal(await overflow(), 0);
    await node(page, "scan-image").click();
    await page.locator(".pane-text").waitFor();
    assert.equal(await page.locator(".pane-picture").isVisible(), false);
    await context.close();
  });

  test("dark or light: the system's, until somebody chooses", async () => {
    const { page, context } = await visitStory("broken-wires", { theme: "dark" });
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    assert.equal(await theme(), "dark");
    await page.getByRole("button", { name: "Dark or light" }).click();
    assert.equal(await theme(), "light");
    await page.reload();
    assert.equal(await theme(), "light");
    await context.close();
  });
});

/** What axe has to say, rule by rule. */
async function violations(page) {
  // The policy of the page refuses scripts that are added to it; the tools of the browser do not.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** What has the focus, by its label or text, and whether that shows. Runs in the page. */
function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (element === null || element === document.body) return null;
  const name = element.getAttribute("aria-label") ?? element.textContent.trim();
  // An editor shows its cursor, a task a ring of its own.
  const ring = element.querySelector(":scope > .picture-focus");
  const { outlineStyle } = getComputedStyle(element);
  const hasRing = ring !== null && getComputedStyle(ring).stroke !== "none";
  return { name, isSeen: outlineStyle !== "none" || element.isContentEditable || hasRing };
}
