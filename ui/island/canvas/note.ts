// A note says in a few words, at the pointer, why something is not possible.
import { el, place } from "./dom";
import type { Point } from "./types";

const STAYS = 3200; // ms

export class Note {
  readonly element = el("div", { class: "fc-note", hidden: true, "aria-hidden": "true" }); // screen readers are told otherwise
  at: Point = { x: 0, y: 0 }; // the pointer, in pixels of the window
  private timer = 0;

  // show puts words beside the pointer, inside the window.
  show(text: string, host: HTMLElement): void {
    this.element.textContent = text;
    this.element.hidden = false;
    const { offsetWidth: w, offsetHeight: h } = this.element;
    const x = Math.max(8, Math.min(this.at.x + 14, host.clientWidth - w - 8));
    const y = this.at.y + 18 + h > host.clientHeight ? this.at.y - h - 12 : this.at.y + 18;
    place(this.element, x, Math.max(8, y));
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.hide(), STAYS);
  }

  hide(): void {
    this.element.hidden = true;
  }
}
