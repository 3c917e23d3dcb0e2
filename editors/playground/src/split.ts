/** The bars between panes: dragged, or moved with arrow keys. */

/** In hundredths of the room. */
const LIMITS = { least: 18, most: 82 };
const STEP = 3;

/** Lets a bar set a variable, from 0 to 1, that the style sheet divides the room by. */
export function makeSplitter(bar: HTMLElement, area: HTMLElement, variable: string, start: number) {
  const isVertical = bar.ariaOrientation === "vertical";
  const set = (share: number) => {
    const value = Math.round(Math.min(LIMITS.most, Math.max(LIMITS.least, share)));
    bar.setAttribute("aria-valuenow", String(value));
    area.style.setProperty(variable, String(value / 100));
  };
  const now = () => Number(bar.getAttribute("aria-valuenow"));
  bar.setAttribute("aria-valuemin", String(LIMITS.least));
  bar.setAttribute("aria-valuemax", String(LIMITS.most));
  set(start);
  bar.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    bar.setPointerCapture(event.pointerId);
  });
  bar.addEventListener("pointermove", (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const { left, top, width, height } = area.getBoundingClientRect();
    const part = isVertical ? (event.clientX - left) / width : (event.clientY - top) / height;
    set(part * 100);
  });
  bar.addEventListener("dblclick", () => set(start));
  bar.addEventListener("keydown", (event) => {
    const [less, more] = isVertical ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    if (event.key !== less && event.key !== more) return;
    event.preventDefault();
    set(now() + (event.key === less ? -STEP : STEP));
  });
}
