// The agent's own state in the top bar, and the banner that says what stands in the way.

import { clock, h, must, t } from "./dom";
import type { Store } from "./store";

/** Status draws the agent's state and changes it. */
export class Status {
  private readonly face = must("desk-status-face");
  private readonly since = must("desk-status-since");
  private readonly load = must("desk-load");
  private readonly banner = must("desk-banner");
  private line = "";
  private shown = "";

  constructor(
    private readonly store: Store,
    private readonly set: (intent: string) => void,
    private readonly recover: () => void,
    private readonly ready: () => void,
  ) {
    const menu = must("desk-status-menu");
    menu.addEventListener("click", (e) => {
      const item = (e.target as HTMLElement).closest<HTMLElement>("[data-intent]");
      if (!item) return;
      menu.hidePopover();
      this.set(item.dataset.intent!);
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
    if (!a) return;
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

  private say(): void {
    const a = this.store.agent!;
    const button = (label: string, deed: () => void) => h("button", { class: "btn btn-small", type: "button", onclick: deed }, label);
    if (this.line) return this.show("warn", this.line);
    if (a.fault === "notResponding") return this.show("bad", t("desk.fault.notResponding"), button(t("desk.fault.back"), this.recover));
    if (a.fault === "device") return this.show("bad", t("desk.fault.device"), button(t("desk.fault.check"), this.ready), button(t("desk.fault.back"), this.recover));
    if (a.next) return this.show("info", t("desk.next", { state: t(`kit.state.${a.next === "ready" ? "free" : a.next}`) }), button(t("desk.next.clear"), () => this.set(a.intent)));
    this.banner.hidden = true;
  }

  private show(tone: string, words: string, ...deeds: HTMLElement[]): void {
    this.banner.hidden = false;
    this.banner.className = `desk-banner is-${tone}`;
    this.banner.replaceChildren(h("span", {}, words), ...deeds);
  }

  private count(): void {
    const at = Date.parse(this.store.agent?.since ?? "");
    this.since.textContent = Number.isNaN(at) || this.shown === "offline" ? "" : clock((this.store.now() - at) / 1000);
  }
}
