// What every script may ask of the page it is on: its words, its icons, a toast.

const words: Record<string, string> = JSON.parse(document.getElementById("words")?.textContent || "{}");

/** The words of a key in the reader's language, with {name} filled in. A missing key shows itself. */
export function t(key: string, fill: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));
}

/** The reader's language, for Intl. */
export const lang = document.documentElement.lang || "zh-CN";

/** A 16 px icon by its Lucide name; it decorates, so the words beside it must say the same. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${document.querySelector<HTMLMetaElement>('meta[name="icons"]')?.content ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

export type Toast = { kind?: "info" | "good" | "bad"; text: string };

/** Says something shortly. A bad one stays until it is closed. */
export function toast(text: string, kind: Toast["kind"] = "info"): void {
  document.dispatchEvent(new CustomEvent<Toast>("toast", { detail: { kind, text } }));
}

/** Whether an event belongs to what is open or typed in, an input method's keys included, and not to the page. */
export function typing(e: Event): boolean {
  return (e instanceof KeyboardEvent && e.isComposing) || (e.target instanceof Element && e.target.closest("input, textarea, select, [contenteditable], dialog, :popover-open") !== null);
}

/** Minutes and seconds, with hours when there are some: 3:07, 1:02:45. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds)), two = (n: number) => String(n).padStart(2, "0");
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}
