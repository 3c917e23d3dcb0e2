/**
 * Takes docs/images/playground.png: `node docs/images/playground.mjs`. Needs Chromium, the built page
 * (`npm run build`), and the typefaces Inter and JetBrains Mono to look as it does there.
 */

import { join } from "node:path";
import { start, visit } from "../../editors/playground/test/browser.mjs";

const host = await start();
const { page } = await visit(host);
await page.locator(".finding").first().waitFor();
await page.locator(".cm-lintRange-warning").first().waitFor();
await page.locator(".picture-node.is-current").waitFor();
// Animations of what was just drawn.
await page.waitForTimeout(500);
await page.screenshot({ path: join(import.meta.dirname, "playground.png") });
await host.close();
