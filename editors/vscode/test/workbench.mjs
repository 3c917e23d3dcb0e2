/** A workbench as a person uses it: by keyboard and mouse. */

/** Opens a workbench and waits until it can be used. */
export async function openWorkbench(browser, url, viewport = { width: 1280, height: 800 }) {
  const page = await browser.newPage({ viewport });
  await page.goto(url);
  await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
  return page;
}

/** Runs a command by its title. */
export async function runCommand(page, title) {
  const input = page.locator(".quick-input-widget input");
  const ask = async (timeout) => {
    await page.keyboard.press("F1");
    await input.fill(`>${title}`, { timeout });
  };
  // It closes again when something else takes the focus while it opens.
  await ask(5_000).catch(() => ask(30_000));
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().waitFor();
  await page.keyboard.press("Enter");
  await input.waitFor({ state: "hidden" });
}

/** Opens a file by its name. */
export async function openFile(page, name) {
  await page.keyboard.press("Control+P");
  const input = page.locator(".quick-input-widget input");
  await input.fill(name);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".tab.active", { hasText: name }).waitFor();
  await page.locator(".monaco-editor .view-line").first().waitFor();
}

/** Opens a file by its folders, for file systems that cannot be searched. */
export async function openInExplorer(page, path) {
  const rows = page.locator(".explorer-folders-view .monaco-list-row");
  for (const [index, name] of path.entries()) {
    const row = rows.filter({ hasText: name }).first();
    await row.click();
    // A click on a list that is still being filled is lost.
    const next = rows.filter({ hasText: path[index + 1] ?? name }).first();
    await next.waitFor({ timeout: 5_000 }).catch(() => row.click());
  }
  await page.locator(".monaco-editor .view-line").first().waitFor();
}

/** Moves the cursor to a line and a column, counted from 1. */
export async function goTo(page, line, column = 1) {
  await page.keyboard.press("Control+G");
  const input = page.locator(".quick-input-widget input");
  await input.fill(`:${line}:${column}`);
  await page.keyboard.press("Enter");
  await input.waitFor({ state: "hidden" });
}

/** The page in the first webview. */
export function pictureIn(page) {
  return page.frameLocator("iframe.webview").frameLocator("iframe");
}
