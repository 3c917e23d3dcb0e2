/**
 * Takes the pictures of the documentation and of the walkthrough, in real workbenches. Look at them
 * before they are committed.
 *
 * Usage: screenshots.mjs        after run.mjs, whose packages and workspace it uses
 */

import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { desktop, web } from "./hosts.mjs";
import {
  goTo,
  openFile,
  openInExplorer,
  openWorkbench,
  pictureIn,
  runCommand,
} from "./workbench.mjs";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const tools = join(repository, "target/editors/vscode");
const run = join(repository, "target/editors/vscode-run");
const scratch = join(repository, "target/editors/vscode-screenshots");
const docs = join(repository, "docs/images");
const walkthrough = fileURLToPath(new URL("../media/walkthrough", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Nothing on the pictures but what they are about. */
const SETTINGS = {
  "breadcrumbs.enabled": false,
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "window.commandCenter": false,
  "workbench.activityBar.location": "hidden",
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};
const VIEWPORT = { width: 1120, height: 700 };

for (const folder of [docs, walkthrough]) {
  mkdirSync(folder, { recursive: true });
}
rmSync(scratch, { recursive: true, force: true });
const browser = await launch();
await onDesktop();
await inBrowser();
await browser.close();

async function onDesktop() {
  const workspace = join(scratch, "konflux-catalog");
  cpSync(join(repository, "examples"), workspace, { recursive: true });
  const vsix = join(run, `packages/konflux-ls-${version}-linux-x64.vsix`);
  const host = await desktop({ tools, scratch, vsix, open: workspace, settings: SETTINGS });
  try {
    const page = await openWorkbench(browser, host.url, VIEWPORT);
    await findings(page);
    await fix(page);
    await engine(page);
    await picture(page);
  } finally {
    await host.stop();
  }
}

async function findings(page) {
  await openFile(page, "publish-image.yaml");
  await goTo(page, 80, 14);
  await page.locator(".squiggly-error").first().waitFor();
  await page.keyboard.press("Control+Shift+M");
  await page.locator(".panel .viewpane-filter input").fill("publish-image");
  await page.locator(".markers-panel .monaco-list-row", { hasText: "verify-polcy" }).waitFor();
  await shoot(page, "findings");
}

async function fix(page) {
  await page.locator(".tab", { hasText: "publish-image" }).click();
  await goTo(page, 80, 14);
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget", { hasText: "verify-policy" }).waitFor();
  await shoot(page, "fix");
  await page.keyboard.press("Escape");
}

async function engine(page) {
  await page.keyboard.press("Control+J");
  await page.locator("#status\\.languageStatus").click();
  await page.getByText(/\(native\)/).waitFor();
  await shoot(page, "engine", { x: 520, y: 560, width: 600, height: 140 });
  await page.keyboard.press("Escape");
}

async function picture(page) {
  await page.keyboard.press("Control+B");
  await page.locator(".tab", { hasText: "publish-image" }).click();
  await runCommand(page, "Konflux: Show Pipeline Picture");
  await pictureIn(page).locator(".picture-node.is-current").waitFor();
  await shoot(page, "picture");
}

async function inBrowser() {
  const extensions = join(run, "web");
  const workspace = join(scratch, "konflux-catalog");
  const host = await web({ tools, extensions, workspace });
  try {
    const page = await openWorkbench(browser, host.url, VIEWPORT);
    await openInExplorer(page, ["build", "pipelines", "build-container.yaml"]);
    await runCommand(page, "Konflux: Show Pipeline Picture");
    await pictureIn(page).locator(".picture-node").first().waitFor();
    await shoot(page, "web");
  } finally {
    await host.stop();
  }
}

async function shoot(page, name, clip) {
  // Whatever still moves has settled.
  await page.mouse.move(0, VIEWPORT.height - 1);
  await page.waitForTimeout(1500);
  const path = join(docs, `vscode-${name}.png`);
  await page.screenshot({ path, ...(clip && { clip }) });
  if (name !== "web") {
    cpSync(path, join(walkthrough, `${name}.png`));
  }
}
