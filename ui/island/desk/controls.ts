// The small parts of the stage: round buttons with two states, network bars, a note with a way out.

import type { Quality } from "../phone";
import { h, icon, t } from "./dom";

/** Control is a round button that is on or off. */
export class Control {
  readonly el: HTMLButtonElement;
  private off = false;

  /** key names what a click does while it is on, back what it does while it is off; done hears of clicks. */
  constructor(
    private readonly symbol: string,
    private readonly key: string,
    private readonly back: string,
    done: (off: boolean) => void,
    private readonly offSymbol = `${symbol}-off`,
  ) {
    this.el = h("button", { class: "stage-btn", type: "button", "data-deed": key, onclick: () => (this.turn(!this.off), done(this.off)) });
    this.turn(false);
  }

  /** turn shows a state without telling anybody. */
  turn(off: boolean): void {
    const words = t(off ? this.back : this.key);
    this.off = off;
    this.el.replaceChildren(icon(off ? this.offSymbol : this.symbol));
    this.el.setAttribute("aria-label", words);
    this.el.dataset.tip = words;
    this.el.classList.toggle("is-off", off);
  }
}

const POOR = 2; // bars, at which words are added

/** Bars show how good the line is, and say whose side is poor. */
export class Bars {
  private readonly bars = h("span", { class: "bars", role: "img", "data-level": "0" }, h("i"), h("i"), h("i"), h("i"));
  private readonly words = h("span", { class: "bars-words" });
  readonly el = h("span", { class: "bars-line" }, this.bars, this.words);

  constructor() {
    this.show(null);
  }

  show(q: Quality | null): void {
    const level = q ? Math.min(q.local, q.remote) : 0;
    this.bars.dataset.level = String(level);
    this.bars.setAttribute("aria-label", t(`call.line.${level}`));
    this.words.textContent = !q || level > POOR ? "" : t(q.local < q.remote ? "call.line.ours" : "call.line.theirs");
  }
}

/** Note is a sentence in the middle of the stage, with one button when there is something to do. */
export class Note {
  private readonly words = h("p", { role: "status" });
  private readonly button: HTMLButtonElement = h("button", { class: "btn btn-small", type: "button", hidden: true, onclick: () => this.deed() });
  readonly el = h("div", { class: "stage-note" }, this.words, this.button);
  /** it asks for something that only this page may do, not the phone */
  asked = false;
  private deed: () => void;

  constructor(private readonly retry: () => void) {
    this.deed = retry;
  }

  /** say shows words, with a button when it has a name; without a deed it retries. */
  say(words: string, button = "", deed?: () => void): void {
    this.asked = !!deed;
    this.deed = deed ?? this.retry;
    if (this.words.textContent !== words) this.words.textContent = words;
    if (this.button.textContent !== button) this.button.textContent = button;
    this.button.hidden = !button;
  }
}
