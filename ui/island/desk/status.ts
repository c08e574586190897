// The agent's own state in the top bar, and the banner that says what stands in the way.

import { clock, h, must, t } from "./dom";
import type { Store } from "./store";

/** Deeds is what the banner and the menu can ask for. */
export interface Deeds {
  set(intent: string): void;
  recover(): void;
  check(): void;
  sound(): void;
  /** silent tells whether the browser keeps the ring from sounding */
  silent(): boolean;
}

/** Status draws the agent's state and changes it. */
export class Status {
  private readonly face = must("desk-status-face");
  private readonly since = must("desk-status-since");
  private readonly load = must("desk-load");
  private readonly banner = must("desk-banner");
  private line = "";
  private shown = "";
  private said = "";

  constructor(private readonly store: Store, private readonly deeds: Deeds) {
    must("desk-status-menu").addEventListener("click", (e) => {
      const item = (e.target as HTMLElement).closest<HTMLElement>("[data-intent]");
      if (item) this.deeds.set(item.dataset.intent!);
    });
    setInterval(() => this.count(), 1000);
  }

  /** online says whether the line to the server holds; words of a trouble are shown. */
  online(words: string): void {
    this.line = words;
    this.draw();
  }

  draw(): void {
    const a = this.store.agent;
    if (!a) return this.say();
    if (a.shown !== this.shown) {
      this.shown = a.shown;
      const face = document.getElementById(`state-${a.shown}`) as HTMLTemplateElement | null;
      this.face.replaceChildren(face ? face.content.cloneNode(true) : a.shown);
      must("desk-status").dataset.shown = a.shown;
    }
    const wanted = a.next || a.intent;
    for (const item of document.querySelectorAll<HTMLElement>("[data-intent]")) item.setAttribute("aria-checked", String(item.dataset.intent === wanted));
    this.load.textContent = t("desk.load", { used: a.load.exclusive + a.load.texts, of: Math.max(1, a.textCap) });
    this.say();
    this.count();
  }

  /** say shows the most urgent trouble, if there is one. */
  private say(): void {
    const a = this.store.agent;
    const back = button(t("desk.fault.back"), () => this.deeds.recover());
    if (this.line) this.show("warn", navigator.onLine ? this.line : ""); // the kit's own bar tells of a machine that is offline
    else if (!a) this.show("");
    else if (a.fault === "notResponding") this.show("bad", t("desk.fault.notResponding"), back);
    else if (a.fault === "device") this.show("bad", t("desk.fault.device"), button(t("desk.fault.check"), () => this.deeds.check()), back);
    else if (a.next) this.show("info", t("desk.next", { state: t(`kit.state.${a.next === "ready" ? "free" : a.next}`) }), button(t("desk.next.clear"), () => this.deeds.set(a.intent)));
    else if (a.shown !== "offline" && this.deeds.silent()) this.show("warn", t("desk.silent"), button(t("desk.silent.on"), () => this.deeds.sound()));
    else this.show("");
  }

  private show(tone: string, words = "", ...deeds: HTMLElement[]): void {
    if (this.said === tone + words) return; // a button that is drawn again would lose the focus
    this.said = tone + words;
    this.banner.hidden = !words;
    this.banner.className = `desk-banner is-${tone}`;
    this.banner.replaceChildren(h("span", {}, words), ...deeds);
  }

  private count(): void {
    const at = Date.parse(this.store.agent?.since ?? "");
    this.since.textContent = Number.isNaN(at) || this.shown === "offline" ? "" : clock((this.store.now() - at) / 1000);
  }
}

function button(label: string, deed: () => void): HTMLElement {
  return h("button", { class: "btn btn-secondary btn-small", type: "button", onclick: deed }, label);
}
