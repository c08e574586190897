// Times that stay true while a page is open, and rings that empty.
import { lang, t } from "../page";
import { $$ } from "./dom";

/** A unit, its seconds, and up to how many it is used: as kit.Relative has it. */
const spans: [string, number, number][] = [["minutes", 60, 3570], ["hours", 3600, 84600], ["days", 86400, 604800]];
const exact = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "medium" });

function since(at: Date, now: number): string {
  const s = (at.getTime() - now) / 1000, size = Math.abs(s);
  if (size < 45) return t("kit.time.now");
  for (const [unit, seconds, upTo] of spans) {
    const n = Math.max(1, Math.round(size / seconds));
    if (size < upTo) return t(`kit.time.${unit}.${s < 0 ? "ago" : "ahead"}${n === 1 ? ".one" : ""}`, { n });
  }
  const year = at.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(lang, { year, month: "short", day: "numeric" }).format(at);
}

export function freshen(within: ParentNode = document): void {
  for (const el of $$<HTMLTimeElement>("time[data-relative]", within)) {
    const at = new Date(el.dateTime), words = since(at, Date.now());
    if (el.textContent !== words) el.textContent = words;
    el.title = exact.format(at);
  }
}

/** The ring that empties until a moment; it counts in whole seconds and speaks only by its label. */
class Countdown extends HTMLElement {
  #tick = 0;
  connectedCallback(): void { this.#draw(); }
  disconnectedCallback(): void { clearTimeout(this.#tick); }
  #draw(): void {
    const ms = Math.max(0, Date.parse(this.getAttribute("until")!) - Date.now()), left = Math.ceil(ms / 1000);
    const total = Number(this.getAttribute("total")) || 1, words = this.querySelector("span"), ring = this.querySelector(".left");
    if (!words || !ring) return;
    words.textContent = String(left);
    ring.setAttribute("stroke-dashoffset", String(100 - Math.min(100, ((left - 1) / total) * 100)));
    this.classList.toggle("last", left <= 5);
    if (ms > 0) this.#tick = setTimeout(() => this.#draw(), ms % 1000 || 1000);
    else this.dispatchEvent(new CustomEvent("elapsed", { bubbles: true }));
  }
}
customElements.define("kit-countdown", Countdown);
