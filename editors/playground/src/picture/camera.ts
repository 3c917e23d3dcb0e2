/**
 * Moves and zooms the drawing. A wheel moves it; with Ctrl or Cmd, and with two fingers, it zooms.
 * The gestures are d3-zoom's.
 */

import { type Selection, select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity, zoomTransform } from "d3-zoom";
import { type Box, fitting, type Point, type Size } from "./layout.js";

const LIMITS: [number, number] = [0.15, 3];
/** What fits is not blown up. */
const MOST = 1.1;
/** Smaller, the names of tasks cannot be read. */
const READABLE = 0.55;
const MARGIN = 20;
const STEP = 1.25;

/** What the frame shows. */
export interface Look {
  scale: number;
  /** Its left edge, in units of the drawing. */
  left: number;
}

export class Camera {
  readonly #frame: SVGSVGElement;
  readonly #behaviour: ZoomBehavior<SVGSVGElement, unknown>;
  readonly #selection: Selection<SVGSVGElement, unknown, null, undefined>;
  #content: Size = { width: 1, height: 1 };
  /** Where to begin when there is more than can be read at once. */
  #beginning: Point = { x: 0, y: 0 };
  /** What somebody has chosen to look at, nothing may take away. */
  #view: "beginning" | "all" | "chosen" = "beginning";

  constructor(frame: SVGSVGElement, content: SVGGElement, onMove: (look: Look) => void) {
    this.#frame = frame;
    this.#selection = select<SVGSVGElement, unknown>(frame);
    this.#behaviour = zoom<SVGSVGElement, unknown>()
      .scaleExtent(LIMITS)
      .clickDistance(4)
      .filter(
        (event: MouseEvent) => event.button === 0 && (event.type !== "wheel" || isZoom(event)),
      )
      .on("zoom", ({ transform, sourceEvent }: D3ZoomEvent<SVGSVGElement, unknown>) => {
        content.setAttribute("transform", transform.toString());
        onMove(this.look);
        if (sourceEvent) this.#view = "chosen";
      });
    this.#selection.call(this.#behaviour).on("dblclick.zoom", null);
    frame.addEventListener("wheel", (event) => this.#roll(event), { passive: false });
  }

  /** How big the frame is, in pixels. */
  get size(): Size {
    const { width, height } = this.#frame.getBoundingClientRect();
    return { width: Math.max(width, 1), height: Math.max(height, 1) };
  }

  get look(): Look {
    const { k, x } = zoomTransform(this.#frame);
    return { scale: k, left: -x / k };
  }

  /** There is something else to look at; what was chosen is kept if it is still the same thing. */
  show(content: Size, beginning: Point, isSame: boolean): void {
    this.#content = content;
    this.#beginning = beginning;
    if (!isSame && this.#view === "chosen") this.#view = "beginning";
    this.resized();
  }

  /** The frame may have another size. */
  resized(): void {
    if (this.#view !== "chosen") this.#showFrom(this.#view === "all" ? LIMITS[0] : READABLE);
  }

  /** Shows everything, be it too small to read. */
  fit(): void {
    this.#view = "all";
    this.resized();
  }

  #showFrom(least: number): void {
    const { width, height } = this.size;
    const room = { width: width - 2 * MARGIN, height: height - 2 * MARGIN };
    const scale = Math.min(MOST, Math.max(least, fitting(this.#content, room)));
    const x = place(this.#content.width * scale, this.#beginning.x * scale, width);
    const y = place(this.#content.height * scale, this.#beginning.y * scale, height);
    const transform = zoomIdentity.translate(x, Math.min(y, 3 * MARGIN));
    this.#behaviour.transform(this.#selection, transform.scale(scale));
  }

  zoomIn(): void {
    this.#behaviour.scaleBy(this.#selection, STEP);
    this.#view = "chosen";
  }

  zoomOut(): void {
    this.#behaviour.scaleBy(this.#selection, 1 / STEP);
    this.#view = "chosen";
  }

  /** Moves as little as is needed to see a box of the drawing. */
  reveal({ x, y, width, height }: Box): void {
    const { width: frameWidth, height: frameHeight } = this.size;
    // In a frame that is not shown there is nothing to see.
    if (Math.min(frameWidth, frameHeight) <= 2 * MARGIN) return;
    const { k, x: left, y: top } = zoomTransform(this.#frame);
    const need = (start: number, length: number, frame: number) => {
      if (start < MARGIN) return MARGIN - start;
      return Math.min(0, frame - MARGIN - (start + length));
    };
    const byX = need(left + x * k, width * k, frameWidth);
    const byY = need(top + y * k, height * k, frameHeight);
    if (byX !== 0 || byY !== 0) {
      this.#behaviour.translateBy(this.#selection, byX / k, byY / k);
    }
  }

  #roll(event: WheelEvent): void {
    if (isZoom(event)) return;
    event.preventDefault();
    const { k } = zoomTransform(this.#frame);
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
    const [across, down] = event.shiftKey
      ? [event.deltaY, event.deltaX]
      : [event.deltaX, event.deltaY];
    this.#behaviour.translateBy(this.#selection, (-across * unit) / k, (-down * unit) / k);
    this.#view = "chosen";
  }
}

/** Where something starts along a frame: in the middle, or else with its beginning in the middle. */
function place(length: number, beginning: number, frame: number): number {
  if (length + 2 * MARGIN <= frame) return (frame - length) / 2;
  return Math.max(frame - MARGIN - length, Math.min(MARGIN, frame / 2 - beginning));
}

/** Pinching a touchpad looks like a wheel with Ctrl. */
function isZoom(event: MouseEvent): boolean {
  return event.ctrlKey || event.metaKey;
}
