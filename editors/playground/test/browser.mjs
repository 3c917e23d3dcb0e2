/** A browser and the built page for tests. */

import { launch } from "../../../wasm/test/chromium.mjs";
import { serve } from "../serve.mjs";

/** Starts both; `close` ends both. */
export async function start() {
  const browser = await launch();
  const site = await serve();
  return {
    site,
    browser,
    close: async () => {
      await browser.close();
      await site.close();
    },
  };
}

/**
 * A fresh visitor. What the page asks for and complains about is kept in `requests` and `complaints`.
 * `instead` names files of the page that are read from elsewhere.
 */
export async function visit(
  { site, browser },
  { address = site.address, size = [1280, 800], theme = "light", instead = {} } = {},
) {
  const [width, height] = size;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const requests = [];
  const complaints = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  for (const [name, path] of Object.entries(instead)) {
    await context.route(`**/${name}`, (route) => route.fulfill({ path }));
  }
  await page.goto(address);
  return { context, page, requests, complaints };
}
