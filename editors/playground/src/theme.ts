/** Dark or light: what the system says, until somebody chooses. Runs before anything is drawn. */

import { recall, remember } from "./memory.js";

const KEY = "konflux-ls.theme";
let chosen = recall(KEY);
const system = matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  document.documentElement.dataset.theme = chosen ?? (system.matches ? "dark" : "light");
}

apply();
system.addEventListener("change", apply);
document.addEventListener("konflux-ls:toggle-theme", () => {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  // Who goes back to what the system says follows it again.
  const isSystems = next === (system.matches ? "dark" : "light");
  remember(KEY, isSystems ? null : next);
  chosen = isSystems ? null : next;
  apply();
});
