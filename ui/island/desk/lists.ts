// The left column: who rings, who is served, what is still to be completed.

import { clock, h, icon, t } from "./dom";
import { name } from "./ring";
import type { Store } from "./store";
import type { Offer, Session } from "./types";

/** Deeds is what the lists can ask for. */
export interface Deeds {
  accept(o: Offer): void;
  reject(o: Offer): void;
  complete(s: Session): void;
}

const mediaIcon = { video: "video", audio: "phone", text: "message-square" };

/** Lists draws the left column. Counting only rewrites texts; cards are rebuilt when their set changes. */
export class Lists {
  private shape = "";

  constructor(private readonly root: HTMLElement, private readonly store: Store, private readonly deeds: Deeds) {
    setInterval(() => this.count(), 250);
  }

  draw(): void {
    const s = this.store;
    const sessions = [...s.sessions.values()];
    const shape = JSON.stringify([[...s.offers.keys()], sessions.map((c) => [c.sessionId, c.state, c.media, s.unread.get(c.sessionId)]), s.selected]);
    if (shape === this.shape) return;
    this.shape = shape;
    const keep = (document.activeElement as HTMLElement | null)?.id;
    const active = sessions.filter((c) => c.state !== "wrapping");
    const wrapping = sessions.filter((c) => c.state === "wrapping");
    this.root.replaceChildren(
      ...this.section(t("desk.list.ringing"), [...s.offers.values()].map((o) => this.offer(o))),
      ...this.section(t("desk.list.active"), active.map((c) => this.session(c)), true),
      ...this.section(t("desk.list.wrapping"), wrapping.map((c) => this.session(c))),
    );
    if (keep) document.getElementById(keep)?.focus();
    this.count();
  }

  private section(title: string, cards: HTMLElement[], always = false): HTMLElement[] {
    if (cards.length === 0 && !always) return [];
    return [
      h("h2", { class: "desk-list-title" }, title, h("span", { class: "desk-list-count" }, String(cards.length))),
      cards.length ? h("ul", { class: "desk-list" }, ...cards) : h("p", { class: "desk-list-none" }, t("desk.list.none")),
    ];
  }

  private offer(o: Offer): HTMLElement {
    const path = (o.path ?? []).map((p) => p.label).join(" › ") || o.group;
    return h(
      "li",
      { class: "desk-offer", id: `offer-${o.offerId}`, "data-offer": o.offerId, role: "alertdialog", "aria-label": t("desk.offer.label", { name: name(o), path }) },
      h("div", { class: "desk-offer-head" }, this.countdown(), h("div", { class: "desk-offer-who" }, h("strong", {}, name(o)), h("span", {}, icon(mediaIcon[o.media]), path))),
      h("p", { class: "desk-offer-why" }, t("desk.offer.why", { group: o.group, waited: clock(o.waitedSeconds) }), o.attempts > 0 && ` · ${t("desk.offer.attempts", { count: o.attempts })}`),
      h(
        "div",
        { class: "desk-offer-deeds" },
        h("button", { class: "btn btn-primary", id: `accept-${o.offerId}`, type: "button", onclick: () => this.deeds.accept(o) }, icon("phone-incoming"), t("desk.offer.accept"), h("kbd", { class: "kbd" }, "A")),
        h("button", { class: "btn btn-secondary", type: "button", onclick: () => this.deeds.reject(o) }, t("desk.offer.reject"), h("kbd", { class: "kbd" }, "R")),
      ),
    );
  }

  private countdown(): HTMLElement {
    const ring = h("div", { class: "desk-ring" });
    ring.innerHTML =
      '<svg viewBox="0 0 36 36" width="40" height="40" aria-hidden="true"><circle class="desk-ring-track" cx="18" cy="18" r="16"/><circle class="desk-ring-left" cx="18" cy="18" r="16" pathLength="100"/></svg><span class="desk-ring-text"></span>';
    return ring;
  }

  private session(c: Session): HTMLElement {
    const on = c.sessionId === this.store.selected;
    const unread = this.store.unread.get(c.sessionId) ?? 0;
    return h(
      "li",
      {},
      h(
        "button",
        { class: on ? "desk-card is-on" : "desk-card", type: "button", id: `card-${c.sessionId}`, "data-session": c.sessionId, "aria-current": on ? "true" : null, onclick: () => this.store.select(c.sessionId) },
        h("span", { class: "desk-card-name" }, name(c)),
        h("span", { class: "desk-card-time", "data-since": c.state === "wrapping" ? (c.deadline ?? "") : (c.talkAt ?? c.since), "data-state": c.state }),
        h("span", { class: "desk-card-meta" }, icon(mediaIcon[c.media]), (c.path ?? []).map((p) => p.label).join(" › ") || c.group),
        unread > 0 && h("span", { class: "desk-card-unread", "aria-label": t("desk.unread", { count: unread }) }, String(unread)),
      ),
    );
  }

  /** count rewrites the running times and empties the rings. */
  private count(): void {
    const now = this.store.now();
    for (const o of this.store.offers.values()) {
      const el = document.getElementById(`offer-${o.offerId}`);
      const left = (Date.parse(o.deadline) - now) / 1000;
      const whole = Math.max(1, (Date.parse(o.deadline) - Date.parse(o.at)) / 1000);
      el?.querySelector(".desk-ring-left")?.setAttribute("stroke-dasharray", `${Math.max(0, Math.min(100, (left / whole) * 100))} 100`);
      const text = el?.querySelector(".desk-ring-text");
      if (text) text.textContent = String(Math.max(0, Math.ceil(left)));
      el?.classList.toggle("is-late", left < 5);
    }
    for (const el of this.root.querySelectorAll<HTMLElement>(".desk-card-time")) {
      const at = Date.parse(el.dataset.since ?? "");
      if (Number.isNaN(at)) continue;
      el.textContent = el.dataset.state === "wrapping" ? t("desk.wrap.left", { time: clock((at - now) / 1000) }) : clock((now - at) / 1000);
    }
  }
}
