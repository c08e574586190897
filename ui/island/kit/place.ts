// Where a floating box stands.
import { root } from "./dom";

/** Puts a floating box under its anchor, or above when there is no room, and inside the window always. */
export function place(box: HTMLElement, anchor: Element, gap: number, middle = false): void {
  const a = anchor.getBoundingClientRect(), b = box.getBoundingClientRect(), w = root.clientWidth, h = innerHeight;
  const want = middle ? a.left + a.width / 2 - b.width / 2 : a.left + b.width > w - 8 ? a.right - b.width : a.left;
  const under = a.bottom + gap + b.height <= h - 8 || a.top < h - a.bottom;
  box.style.left = `${Math.max(8, Math.min(want, w - b.width - 8))}px`;
  box.style.top = `${Math.max(8, under ? a.bottom + gap : a.top - gap - b.height)}px`;
}
