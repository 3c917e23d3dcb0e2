/** The tests that run inside of an extension host. */

import "./shared.js";
import { runTests } from "./kit.js";

declare const HOST: "desktop" | "web";

export async function run(): Promise<void> {
  await (HOST === "desktop" ? import("./desktop.js") : import("./web.js"));
  await runTests();
}
