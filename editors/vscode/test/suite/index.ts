/** The tests that run inside of an extension host. */

import { runTests } from "./kit.js";

declare const SUITES: readonly string[];

/** Which are run is decided by who bundles them, for each host. */
const suites: Record<string, () => Promise<unknown>> = {
  shared: () => import("./shared.js"),
  desktop: () => import("./desktop.js"),
  restricted: () => import("./restricted.js"),
  crash: () => import("./crash.js"),
  web: () => import("./web.js"),
};

export async function run(): Promise<void> {
  for (const suite of SUITES) {
    await suites[suite]?.();
  }
  await runTests();
}
