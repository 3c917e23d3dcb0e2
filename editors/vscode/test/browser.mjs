/** Chromium, and a workbench in it. */

import { chromium } from "playwright-core";

/** Milliseconds for all tests of a host. */
const PATIENCE = 120_000;

export function launch() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Opens a workbench that runs tests in its extension host, and waits for their end.
 *
 * @returns {Promise<boolean>} Whether they passed.
 */
export async function runTests(browser, url) {
  const page = await browser.newPage();
  const ended = new Promise((resolve) => page.exposeFunction("codeAutomationExit", resolve));
  await page.exposeFunction("codeAutomationLog", (_, [text]) => report(text));
  await page.addInitScript(letPayloadChooseTests);
  await page.goto(url);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, "late").unref());
  const code = await Promise.race([ended, late]);
  if (code === "late") {
    console.error("The tests did not end in time.");
  }
  await page.close();
  return code === 0;
}

/** Of what the workbench logs, only the tests' own words. */
function report(text) {
  const own = /^test: (.*)$/s.exec(text);
  if (own) {
    console.log(own[1]);
  }
}

/** A built workbench takes tests from its address only when it believes to be under test itself. */
function letPayloadChooseTests() {
  const observer = new MutationObserver(() => {
    const meta = document.getElementById("vscode-workbench-web-configuration");
    if (!meta) {
      return;
    }
    observer.disconnect();
    const settings = JSON.parse(meta.dataset.settings);
    settings.developmentOptions = { ...settings.developmentOptions, enableSmokeTestDriver: true };
    meta.dataset.settings = JSON.stringify(settings);
  });
  observer.observe(document, { childList: true, subtree: true });
}
