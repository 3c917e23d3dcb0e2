/** What people do by keyboard and mouse, and see, in a workbench. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  goTo,
  openFile,
  openInExplorer,
  openWorkbench,
  pictureIn,
  runCommand,
} from "./workbench.mjs";

/** A picture of the workbench after a failure. */
const FAILURE = fileURLToPath(
  new URL("../../../target/editors/vscode-run/failure.png", import.meta.url),
);

const RELEASE = "release/pipelines/publish-image/publish-image.yaml";
const BUILD = "build/pipelines/build-container.yaml";

/** What a person does, one after the other, on a page with a workbench. */
const ON_DESKTOP = {
  "the picture shows the tasks of the pipeline": async (page) => {
    await openFile(page, "publish-image.yaml");
    await runCommand(page, "Konflux: Show Pipeline Picture");
    const nodes = pictureIn(page).locator(".picture-node");
    await nodes.nth(3).waitFor();
    const names = (await nodes.allTextContents()).join();
    for (const name of ["collect-data", "verify-policy", "push-image", "update-advisory"]) {
      assert.ok(names.includes(name), `no ${name} in ${names}`);
    }
  },

  "it follows the cursor": async (page) => {
    await focusText(page);
    await goTo(page, lineOf(RELEASE, "name: push-image") + 1);
    await isCurrent(page, "push-image");
    await goTo(page, lineOf(RELEASE, "name: verify-policy") + 1);
    await isCurrent(page, "verify-policy");
  },

  "a click on a task goes to its text": async (page) => {
    await taskIn(page, "update-advisory").click();
    await page
      .locator(".statusbar", { hasText: `Ln ${lineOf(RELEASE, "name: update-advisory")},` })
      .waitFor();
  },

  "it follows edits: a fix by keyboard makes a task follow another": async (page) => {
    await focusText(page);
    await goTo(page, lineOf(RELEASE, "verify-polcy"), 14);
    const edges = pictureIn(page).locator(".picture-edge[data-from]");
    const before = await edges.count();
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget", { hasText: "verify-policy" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: /-\sverify-policy/ }).waitFor();
    await edges.nth(before).waitFor({ state: "attached" });
  },

  "without a pipeline it says so": async (page) => {
    await openFile(page, "plain.yaml");
    await pictureIn(page).getByText("There is no pipeline in this file").waitFor();
  },

  "the language status names the engine": async (page) => {
    await page.locator(".statusbar-item", { hasText: "YAML" }).waitFor();
    await page.locator("#status\\.languageStatus").click();
    await page.getByText(/Konflux \d+\.\d+\.\d+ \(native\)/).waitFor();
    await page.keyboard.press("Escape");
  },
};

const IN_BROWSER = {
  "the picture is drawn": async (page) => {
    await openInExplorer(page, ["build", "pipelines", "build-container.yaml"]);
    await runCommand(page, "Konflux: Show Pipeline Picture");
    await taskIn(page, "build-image").waitFor();
  },
  "a click on a task goes to its text": async (page) => {
    await taskIn(page, "build-image").click();
    await page
      .locator(".statusbar", { hasText: `Ln ${lineOf(BUILD, "name: build-image")},` })
      .waitFor();
  },
};

export const testInterface = (browser, url) => runAll(ON_DESKTOP, browser, url);
export const testPictureInBrowser = (browser, url) => runAll(IN_BROWSER, browser, url);

/**
 * Each test goes on where the one before it ended, so the first failure is the last test.
 *
 * @returns {Promise<boolean>} Whether all passed.
 */
async function runAll(tests, browser, url) {
  const page = await openWorkbench(browser, url);
  for (const [name, run] of Object.entries(tests)) {
    try {
      await run(page);
      console.log(`  ok  ${name}`);
    } catch (error) {
      console.log(`FAIL  ${name} (see ${FAILURE})\n${error.stack}`);
      await page.screenshot({ path: FAILURE });
      return false;
    }
  }
  await page.close();
  return true;
}

function focusText(page) {
  return page.locator(".editor-group-container .tab", { hasText: "publish-image" }).click();
}

/** A task in the picture, by its name. */
function taskIn(page, name) {
  return pictureIn(page).locator(`.picture-node[data-key$='"${name}"]']`);
}

/** Waits until a task is marked as the one where the cursor is. */
function isCurrent(page, name) {
  return taskIn(page, name).and(pictureIn(page).locator("[aria-current]")).waitFor();
}

/** The first line with these words, counted from 1. */
function lineOf(example, words) {
  const text = readFileSync(new URL(`../../../examples/${example}`, import.meta.url), "utf8");
  return text.split("\n").findIndex((line) => line.includes(words)) + 1;
}
