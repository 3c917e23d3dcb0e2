/** Makes elements. No style attributes: pages that forbid those can show the picture. */

const SVG = "http://www.w3.org/2000/svg";

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element of HTML with its attributes and what is in it. */
export function html<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** A drawing of strokes in a square of 16 units, beside words that say the same. */
export function sign(strokes: string, className = "picture-sign"): SVGSVGElement {
  return svg(
    "svg",
    { class: className, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    svg("path", { d: strokes }),
  );
}

/** Text between backticks is code. */
export function inCode(text: string): (Node | string)[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html("code", {}, part) : part));
}

function fill<E extends Element>(
  element: E,
  attributes: Attributes,
  children: (Node | string)[],
): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}
