/** Dark or light: what the system says, until somebody chooses. Runs before anything is drawn. */

const KEY = "konflux-ls.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  const chosen = localStorage.getItem(KEY);
  document.documentElement.dataset.theme = chosen ?? (system.matches ? "dark" : "light");
}

apply();
system.addEventListener("change", apply);
document.addEventListener("konflux-ls:toggle-theme", () => {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  // Who goes back to what the system says follows it again.
  if (next === (system.matches ? "dark" : "light")) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, next);
  apply();
});
