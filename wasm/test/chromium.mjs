/** The browser of all tests. */

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

/**
 * Why a test that needs the browser and these programs is skipped, or `false`. Where tests decide
 * what lands none is: it fails.
 */
export function skipWithout(...programs) {
  const missing = [...programs, CHROMIUM].filter((program) => !existsSync(program));
  if (missing.length === 0 || process.env.CI === "true") return false;
  return `there is no ${missing.join(" and no ")}: npm run setup, as root`;
}
