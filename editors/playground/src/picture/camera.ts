/**
 * Moves and zooms the drawing. A wheel moves it; with Ctrl or Cmd, and with two fingers, it zooms.
 * The gestures are d3-zoom's.
 */

import { type Selection, select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity, zoomTransform } from "d3-zoom";
import { type Box, fitting, type Size } from "./layout.js";

const LIMITS: [number, number] = [0.15, 3];
/** What fits is not blown up, and what is huge is not made unreadable. */
const FIT = { least: 0.3, most: 1.1 };
const MARGIN = 20;
const STEP = 1.25;

export class Camera {
  readonly #frame: SVGSVGElement;
  readonly #behaviour: ZoomBehavior<SVGSVGElement, unknown>;
  readonly #selection: Selection<SVGSVGElement, unknown, null, undefined>;
  #content: Size = { width: 1, height: 1 };
  /** Somebody has chosen what to look at: nothing may take that away. */
  #isChosen = false;

  constructor(frame: SVGSVGElement, content: SVGGElement, onScale: (scale: number) => void) {
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
        onScale(transform.k);
        if (sourceEvent) this.#isChosen = true;
      });
    this.#selection.call(this.#behaviour).on("dblclick.zoom", null);
    frame.addEventListener("wheel", (event) => this.#roll(event), { passive: false });
  }

  /** How big the frame is, in pixels. */
  get size(): Size {
    const { width, height } = this.#frame.getBoundingClientRect();
    return { width: Math.max(width, 1), height: Math.max(height, 1) };
  }

  /** There is something else to look at; what was chosen is kept if it is still the same thing. */
  show(content: Size, isSame: boolean): void {
    this.#content = content;
    if (!isSame || !this.#isChosen) this.fit();
  }

  /** The frame has another size. */
  resized(): void {
    if (!this.#isChosen) this.fit();
  }

  /** Shows everything, or as much as can be read. */
  fit(): void {
    const { width, height } = this.size;
    const room = { width: width - 2 * MARGIN, height: height - 2 * MARGIN };
    const scale = Math.min(FIT.most, Math.max(FIT.least, fitting(this.#content, room)));
    const x = (width - this.#content.width * scale) / 2;
    const y = (height - this.#content.height * scale) / 2;
    const transform = zoomIdentity.translate(
      Math.max(x, MARGIN),
      Math.max(Math.min(y, 3 * MARGIN), MARGIN),
    );
    this.#behaviour.transform(this.#selection, transform.scale(scale));
    this.#isChosen = false;
  }

  zoomIn(): void {
    this.#behaviour.scaleBy(this.#selection, STEP);
    this.#isChosen = true;
  }

  zoomOut(): void {
    this.#behaviour.scaleBy(this.#selection, 1 / STEP);
    this.#isChosen = true;
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
    this.#isChosen = true;
  }
}

/** Pinching a touchpad looks like a wheel with Ctrl. */
function isZoom(event: MouseEvent): boolean {
  return event.ctrlKey || event.metaKey;
}
