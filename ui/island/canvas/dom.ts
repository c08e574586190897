// Small helpers for making elements. Styles go through the CSSOM only, which a strict content policy allows.
const SVG = "http://www.w3.org/2000/svg";

type Attributes = Record<string, string | number | boolean | undefined>;

// el makes an HTML element. Text children are text, never markup.
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  put(e, attributes);
  e.append(...children);
  return e;
}

// svg makes an SVG element.
export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Node[]): SVGElementTagNameMap[K] {
  const e = document.createElementNS(SVG, tag);
  put(e, attributes);
  e.append(...children);
  return e;
}

function put(e: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    e.setAttribute(name, value === true ? "" : String(value));
  }
}

// place moves an absolutely positioned element without a layout.
export function place(e: HTMLElement, x: number, y: number): void {
  e.style.transform = `translate(${x}px,${y}px)`;
}
