// The left column: who rings, who is served, what is still to be completed.

import { clock, h, icon, must, t } from "./dom";
import { name, why } from "./ring";
import type { Store } from "./store";
import type { Offer, Session } from "./types";

/** Deeds is what the lists can ask for. */
export interface Deeds {
  accept(o: Offer): void;
  reject(o: Offer): void;
}

const LATE = 5; // seconds; the last ones are red
const PERIOD = 250; // ms between two countings
const mediaIcon = { video: "video", audio: "phone", text: "message-square" };

/** Lists draws the left column. Counting only rewrites texts; cards are rebuilt when their set changes. */
export class Lists {
  private readonly rings = must("desk-rings");
  private readonly list = must("desk-lists");
  private readonly said = must("desk-said");
  private ringing = "";
  private shape = "";

  constructor(private readonly store: Store, private readonly deeds: Deeds) {
    setInterval(() => this.count(), PERIOD);
  }

  draw(): void {
    this.drawRings(this.store.ringing());
    this.drawSessions([...this.store.sessions.values()]);
    this.count();
  }

  private drawRings(offers: Offer[]): void {
    const shape = JSON.stringify(offers.map((o) => [o.offerId, o.caller, o.attempts]));
    if (shape === this.ringing) return;
    this.ringing = shape;
    this.rings.hidden = offers.length === 0;
    const old = new Set([...this.rings.querySelectorAll(".desk-offer")].map((el) => el.id));
    const focused = this.rings.contains(document.activeElement) ? document.activeElement!.id : "";
    this.rings.replaceChildren(...(offers.length ? section(t("desk.list.ringing"), offers.map((o) => h("li", {}, this.offer(o)))) : []));
    for (const o of offers) {
      const el = must(`offer-${o.offerId}`);
      if (old.has(el.id)) el.classList.add("is-known"); // it slid in before
    }
    if (focused) document.getElementById(focused)?.focus();
    this.said.textContent = offers.length ? t("desk.offer.label", { name: name(offers[0]), path: why(offers[0]) }) : "";
  }

  private drawSessions(sessions: Session[]): void {
    const s = this.store;
    const shape = JSON.stringify([sessions.map((c) => [c.sessionId, c.state, c.media, c.caller, s.unread.get(c.sessionId)]), s.selected]);
    if (shape === this.shape) return;
    this.shape = shape;
    const focused = (document.activeElement as HTMLElement | null)?.id;
    const active = sessions.filter((c) => c.state !== "wrapping");
    const wrapping = sessions.filter((c) => c.state === "wrapping");
    this.list.replaceChildren(
      ...section(t("desk.list.active"), active.map((c) => this.session(c))),
      ...(wrapping.length ? section(t("desk.list.wrapping"), wrapping.map((c) => this.session(c))) : []),
    );
    if (focused?.startsWith("card-")) document.getElementById(focused)?.focus();
  }

  private offer(o: Offer): HTMLElement {
    const id = `offer-${o.offerId}`;
    return h(
      "div",
      { class: "desk-offer", id, "data-offer": o.offerId, role: "group", "aria-labelledby": `${id}-who` },
      h(
        "div",
        { class: "desk-offer-head" },
        countdown(),
        h("div", { class: "desk-offer-who" }, h("strong", { id: `${id}-who` }, name(o)), h("span", {}, icon(mediaIcon[o.media]), h("span", { class: "unseen" }, t(`desk.media.${o.media}`)), why(o))),
      ),
      h("p", { class: "desk-offer-why" }, o.group, " · ", h("span", { class: "desk-offer-waited num" }), o.attempts > 0 && ` · ${t("desk.offer.attempts", { count: o.attempts })}`),
      h(
        "div",
        { class: "desk-offer-deeds" },
        deed("btn-primary", "accept", o, t("desk.offer.accept"), "A", () => this.deeds.accept(o)),
        deed("btn-secondary", "reject", o, t("desk.offer.reject"), "R", () => this.deeds.reject(o)),
      ),
    );
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
        h("span", { class: "desk-card-time", "data-of": c.sessionId }),
        h("span", { class: "desk-card-meta" }, icon(mediaIcon[c.media]), h("span", { class: "unseen" }, t(`desk.media.${c.media}`)), h("span", { class: "clip" }, why(c))),
        unread > 0 && h("span", { class: "badge count count-loud" }, h("span", { "aria-hidden": "true" }, unread > 99 ? "99+" : String(unread)), h("span", { class: "unseen" }, t("desk.unread", { count: unread }))),
      ),
    );
  }

  /** count rewrites the running times and empties the rings. */
  private count(): void {
    const now = this.store.now();
    for (const o of this.store.offers.values()) {
      const el = document.getElementById(`offer-${o.offerId}`);
      if (!el) continue;
      const left = (Date.parse(o.deadline) - now) / 1000;
      const whole = Math.max(1, (Date.parse(o.deadline) - Date.parse(o.at)) / 1000);
      el.querySelector(".desk-ring-left")!.setAttribute("stroke-dasharray", `${Math.max(0, Math.min(100, (left / whole) * 100))} 100`);
      el.querySelector(".desk-ring-text")!.textContent = String(Math.max(0, Math.ceil(left)));
      el.querySelector(".desk-offer-waited")!.textContent = t("desk.offer.waited", { time: clock(o.waitedSeconds + (now - Date.parse(o.at)) / 1000) });
      el.classList.toggle("is-late", left <= LATE);
    }
    for (const el of this.list.querySelectorAll<HTMLElement>("[data-of]")) {
      const c = this.store.sessions.get(el.dataset.of!);
      if (c) el.textContent = timeOf(c, now);
    }
  }
}

/** timeOf is how long a session has been served, or how long there is left to tidy it up. */
export function timeOf(c: Session, now: number): string {
  if (c.state === "accepted") return t("desk.connecting");
  if (c.state !== "wrapping") return clock((now - Date.parse(c.talkAt ?? c.since)) / 1000);
  return c.deadline ? t("desk.wrap.left", { time: clock((Date.parse(c.deadline) - now) / 1000) }) : "";
}

function section(title: string, cards: HTMLElement[]): HTMLElement[] {
  return [
    h("h2", { class: "desk-list-title" }, title, cards.length > 0 && h("span", { class: "num" }, String(cards.length))),
    cards.length ? h("ul", { class: "desk-list" }, ...cards) : h("p", { class: "desk-list-none" }, t("desk.list.none")),
  ];
}

function deed(kind: string, what: string, o: Offer, words: string, key: string, onclick: () => void): HTMLElement {
  return h("button", { class: `btn ${kind}`, id: `${what}-${o.offerId}`, type: "button", onclick, "aria-keyshortcuts": key }, words, h("kbd", { class: "kbd", "aria-hidden": "true" }, key));
}

function countdown(): HTMLElement {
  const ring = h("div", { class: "desk-ring", "aria-hidden": "true" });
  ring.innerHTML =
    '<svg viewBox="0 0 36 36" width="40" height="40"><circle class="desk-ring-track" cx="18" cy="18" r="16"/><circle class="desk-ring-left" cx="18" cy="18" r="16" pathLength="100"/></svg><span class="desk-ring-text"></span>';
  return ring;
}
