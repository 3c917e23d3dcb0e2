/**
 * The picture of pipelines: which task runs when, what it does to artifacts, what flows between
 * tasks, and where something is wrong. Without a framework, so that any page can show it: the
 * playground, and the webview of VS Code. The page brings picture.css, whose variables start from
 * those of VS Code; `data-theme="dark"` on an element around makes it dark elsewhere.
 */

import type { Location } from "konflux-ls-wasm/protocol";
import { Camera, type Look } from "./camera.js";
import { html, sign, svg } from "./dom.js";
import { Draughtsman } from "./draughtsman.js";
import { draw, drawArrowHeads, measureWith, placeOfTitle, Ruler } from "./draw.js";
import { newJob, type PictureDocument, type Scene, withPlaces } from "./layout.js";
import { drawLegend } from "./legend.js";
import { drawList } from "./list.js";
import { boxOf, find, keyOf, keysOf, neighbour } from "./scene.js";
import { Tip } from "./tip.js";

export type { PictureDocument } from "./layout.js";

/** What the picture tells the page. */
export interface PictureCallbacks {
  /** Somebody wants to see the text of this. */
  onReveal(location: Location): void;
}

/** Where the cursor is. */
export interface PictureCursor {
  uri: string;
  /** Index into the document's pipelines. */
  pipeline: number;
  /** The `id` of the task, if the cursor is in one. */
  node: string | null;
}

/** A picture on a page. */
export interface Picture {
  /** Shows other pipelines, or the same ones after an edit. */
  show(documents: readonly PictureDocument[]): void;
  /** Marks the task where the cursor is. */
  select(cursor: PictureCursor | null): void;
  /** Takes the picture off the page. */
  dispose(): void;
}

/**
 * Puts a picture of pipelines into an element, which gives it its size.
 *
 * @param worker Of the script `konflux-ls-playground/layout-worker`. It lays pictures out, which takes
 *   a good part of a second for large pipelines; without it, the page waits for that.
 */
export function mountPicture(
  element: HTMLElement,
  documents: readonly PictureDocument[],
  callbacks: PictureCallbacks,
  worker?: Worker,
): Picture {
  const view = new PictureView(element, callbacks, worker);
  view.show(documents);
  return view;
}

const SIGNS = {
  minus: "M3 8h10",
  plus: "M3 8h10M8 3v10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
};

class PictureView implements Picture {
  readonly #root: HTMLElement;
  readonly #frame = svg("svg", { class: "picture-drawing", role: "group" });
  readonly #content = svg("g");
  readonly #list = html("div", { class: "picture-list", tabindex: 0, role: "region" });
  readonly #legend = html("ul", { class: "picture-legend", "aria-label": "Legend" });
  readonly #scale = html("span", { class: "picture-scale" });
  readonly #nothing = html("p", { class: "picture-nothing" });
  readonly #tip = new Tip();
  /** What stands in the way is dismissed without moving the pointer. */
  readonly #hideTip = ({ key }: KeyboardEvent) => key === "Escape" && this.#emphasise(undefined);
  readonly #listButton: HTMLButtonElement;
  readonly #callbacks: PictureCallbacks;
  readonly #camera: Camera;
  readonly #resizing: ResizeObserver;
  readonly #draughtsman: Draughtsman;
  #documents: readonly PictureDocument[] = [];
  /** What is drawn, as text, places left out: typing moves places and nothing else. */
  #structure = "";
  /** The same of the picture that is still being laid out. */
  #asked = "";
  /** The tasks that were drawn last. */
  #drawn = "";
  #scene: Scene = { width: 0, height: 0, pipelines: [], handovers: [] };
  #cursor: PictureCursor | null = null;

  constructor(element: HTMLElement, callbacks: PictureCallbacks, worker: Worker | undefined) {
    this.#callbacks = callbacks;
    this.#draughtsman = new Draughtsman(worker, (scene) => this.#take(scene));
    this.#frame.append(drawArrowHeads(), this.#content);
    this.#frame.setAttribute(
      "aria-label",
      "Picture of the pipelines. Arrow keys move between tasks.",
    );
    this.#list.setAttribute("aria-label", "Tasks of the pipelines");
    this.#camera = new Camera(this.#frame, this.#content, (look) => {
      this.#scale.textContent = `${Math.round(look.scale * 100)} %`;
      this.#tip.hide();
      this.#keepTitles(look);
    });
    this.#listButton = button("Show as a list", SIGNS.list, () => this.#toggleList());
    this.#listButton.setAttribute("aria-pressed", "false");
    this.#nothing.textContent = "There is no pipeline to draw yet.";
    this.#root = html(
      "div",
      { class: "picture" },
      html(
        "div",
        { class: "picture-stage-area" },
        this.#frame,
        this.#list,
        this.#nothing,
        this.#tip.element,
      ),
      html("div", { class: "picture-foot" }, this.#legend, this.#tools()),
    );
    this.#list.hidden = true;
    element.append(this.#root);
    this.#frame.addEventListener("click", (event) => this.#click(event));
    this.#frame.addEventListener("keydown", (event) => this.#key(event));
    this.#frame.addEventListener("pointerover", (event) => this.#emphasise(keyAt(event)));
    this.#frame.addEventListener("focusin", (event) => this.#emphasise(keyAt(event)));
    this.#frame.addEventListener("pointerleave", () => this.#emphasise(undefined));
    this.#frame.addEventListener("focusout", () => this.#emphasise(undefined));
    window.addEventListener("keydown", this.#hideTip);
    this.#resizing = new ResizeObserver(() => this.#resize());
    this.#resizing.observe(this.#frame);
  }

  show(documents: readonly PictureDocument[]): void {
    const structure = JSON.stringify(documents, (key, value) => (PLACES.has(key) ? 0 : value));
    this.#documents = documents;
    if (structure === this.#structure) this.#scene = withPlaces(this.#scene, documents);
    if (structure === this.#asked) return;
    this.#asked = structure;
    this.#layOut();
  }

  select(cursor: PictureCursor | null): void {
    this.#cursor = cursor;
    const key = this.#markCursor();
    const box = key === undefined ? undefined : boxOf(this.#scene, key);
    if (box && !this.#draughtsman.isBusy) this.#camera.reveal(box);
  }

  dispose(): void {
    window.removeEventListener("keydown", this.#hideTip);
    this.#resizing.disconnect();
    this.#draughtsman.dispose();
    this.#root.remove();
  }

  #layOut(): void {
    const measure = measureWith(new Ruler(this.#root));
    this.#draughtsman.ask(newJob(this.#documents, measure, this.#camera.size));
  }

  /** Draws what was laid out, unless it is there already. */
  #take(scene: Scene): void {
    const isSame = this.#asked === this.#structure && scene.width === this.#scene.width;
    this.#structure = this.#asked;
    // Typing may have moved places meanwhile.
    this.#scene = withPlaces(scene, this.#documents);
    if (isSame) return;
    this.#draw();
    this.select(this.#cursor);
  }

  #tools(): HTMLElement {
    return html(
      "div",
      { class: "picture-tools", role: "toolbar", "aria-label": "Picture" },
      html(
        "div",
        { class: "picture-zoom" },
        button("Zoom out", SIGNS.minus, () => this.#camera.zoomOut()),
        this.#scale,
        button("Zoom in", SIGNS.plus, () => this.#camera.zoomIn()),
        button("Fit", SIGNS.fit, () => this.#camera.fit()),
      ),
      this.#listButton,
    );
  }

  #draw(): void {
    const focused = this.#frame.contains(document.activeElement)
      ? keyOfElement(document.activeElement)
      : undefined;
    const ruler = new Ruler(this.#root);
    const { pipelines, width, height } = this.#scene;
    this.#content.replaceChildren(...draw(this.#scene, ruler));
    this.#list.replaceChildren(
      ...drawList(this.#scene, (key, wantsDefinition) => this.#reveal(key, wantsDefinition)),
    );
    this.#nothing.hidden = pipelines.length > 0;
    this.#root.classList.toggle("is-empty", pipelines.length === 0);
    this.#legend.replaceChildren(...drawLegend(this.#scene));
    const first = boxOf(this.#scene, keysOf(this.#scene)[0] ?? "");
    const beginning = { x: first ? first.x + first.width / 2 : 0, y: first?.y ?? 0 };
    const keys = keysOf(this.#scene).join();
    this.#camera.show({ width, height }, beginning, keys === this.#drawn);
    this.#drawn = keys;
    this.#keepTitles(this.#camera.look);
    this.#makeReachable(focused);
    this.#markCursor();
    if (focused !== undefined) this.#elementOf(focused)?.focus({ preventScroll: true });
  }

  /** The name of a pipeline stays in sight as long as some of the pipeline is. */
  #keepTitles({ left }: Look): void {
    const titles = this.#content.querySelectorAll<SVGGElement>(".picture-title");
    this.#scene.pipelines.forEach((pipeline, index) => {
      const title = titles[index];
      const width = title?.getBBox().width ?? 0;
      title?.setAttribute("transform", placeOfTitle(pipeline, width, left));
    });
  }

  /** A frame of another shape may call for another arrangement. */
  #resize(): void {
    this.#layOut();
    this.#camera.resized();
  }

  #toggleList(): void {
    const isList = Boolean(this.#list.hidden);
    this.#list.hidden = !isList;
    this.#root.classList.toggle("is-list", isList);
    this.#listButton.setAttribute("aria-pressed", String(isList));
  }

  #click(event: MouseEvent): void {
    const key = keyAt(event);
    if (key !== undefined) this.#reveal(key, event.ctrlKey || event.metaKey);
  }

  /** With Ctrl or Cmd, as in editors, goes to what the task runs. */
  #reveal(key: string, wantsDefinition: boolean): void {
    const found = find(this.#scene, key);
    if (found === undefined) return;
    const { node } = found.placed;
    const definition = wantsDefinition ? node.target.definition : null;
    this.#callbacks.onReveal(definition ?? { uri: found.pipeline.uri, range: node.selectionRange });
  }

  #key(event: KeyboardEvent): void {
    const key = keyAt(event);
    const handled = this.#zoomByKey(event.key) || (key !== undefined && this.#nodeKey(event, key));
    if (handled) event.preventDefault();
  }

  #zoomByKey(key: string): boolean {
    switch (key) {
      case "+":
      case "=":
        this.#camera.zoomIn();
        return true;
      case "-":
        this.#camera.zoomOut();
        return true;
      case "0":
        this.#camera.fit();
        return true;
      default:
        return false;
    }
  }

  #nodeKey({ key: pressed, ctrlKey, metaKey }: KeyboardEvent, key: string): boolean {
    if (pressed === "Enter" || pressed === " ") {
      this.#reveal(key, ctrlKey || metaKey);
      return true;
    }
    const next = neighbour(this.#scene, key, pressed);
    if (next === undefined) return pressed.startsWith("Arrow");
    this.#makeReachable(next);
    this.#elementOf(next)?.focus({ preventScroll: true });
    const box = boxOf(this.#scene, next);
    if (box) this.#camera.reveal(box);
    return true;
  }

  #elementOf(key: string): SVGElement | undefined {
    const elements = this.#content.querySelectorAll<SVGElement>(".picture-node");
    return [...elements].find((element) => element.dataset.key === key);
  }

  /** The Tab key comes to one task; arrow keys go on from there. */
  #makeReachable(key: string | undefined): void {
    const elements = [...this.#content.querySelectorAll<SVGElement>(".picture-node")];
    for (const element of elements) element.setAttribute("tabindex", "-1");
    const wanted = key === undefined ? undefined : this.#elementOf(key);
    (wanted ?? elements[0])?.setAttribute("tabindex", "0");
  }

  #markCursor(): string | undefined {
    const cursor = this.#cursor;
    const pipeline = this.#scene.pipelines.find(
      ({ uri, index }) => uri === cursor?.uri && index === cursor.pipeline,
    );
    const key = pipeline && cursor?.node != null ? keyOf(pipeline, cursor.node) : undefined;
    for (const element of this.#root.querySelectorAll<SVGElement | HTMLElement>("[data-key]")) {
      const isCurrent = element.dataset.key === key;
      element.classList.toggle("is-current", isCurrent);
      if (isCurrent) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    }
    return key;
  }

  #explain(key: string | undefined): void {
    const found = key === undefined ? undefined : find(this.#scene, key);
    const element = key === undefined ? undefined : this.#elementOf(key);
    if (found === undefined || element === undefined) {
      this.#tip.hide();
      return;
    }
    const card = element.querySelector(".picture-card") ?? element;
    const area = this.#frame.getBoundingClientRect();
    this.#tip.show(found.pipeline, found.placed, card.getBoundingClientRect(), area);
  }

  /** Makes the lines of a task stand out, and says more about it. */
  #emphasise(key: string | undefined): void {
    this.#explain(key);
    this.#root.classList.toggle("is-emphasising", key !== undefined);
    for (const element of this.#content.querySelectorAll<SVGElement>("[data-from]")) {
      const touches = element.dataset.from === key || element.dataset.to === key;
      element.classList.toggle("is-emphasised", touches);
    }
  }
}

const PLACES: ReadonlySet<string> = new Set(["range", "selectionRange", "ranges"]);

function keyAt(event: Event): string | undefined {
  return keyOfElement(event.target);
}

function keyOfElement(target: EventTarget | null): string | undefined {
  const element = target instanceof Element ? target.closest<SVGElement>(".picture-node") : null;
  return element?.dataset.key;
}

function button(label: string, strokes: string, onClick: () => void): HTMLButtonElement {
  const made = html("button", { type: "button", "aria-label": label, title: label }, sign(strokes));
  made.onclick = onClick;
  return made;
}
