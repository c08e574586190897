// The middle: the session that is selected, its stage and its chat; and the right column about its caller.

import type { Chat } from "../chat";
import { clock, h, icon, must, t } from "./dom";
import { name } from "./ring";
import type { Stage } from "./stage";
import type { Store } from "./store";
import type { Session } from "./types";

/** Deeds is what can be done with the session in the middle. */
export interface Deeds {
  end(s: Session): void;
  complete(s: Session): void;
  online(): void;
  chat(sessionId: string): Chat;
}

/** Middle rebuilds its frame when another session is selected or its state changes; chat and stage live on. */
export class Middle {
  private readonly root = must("desk-middle");
  private readonly right = must("desk-right");
  private shape = "";

  constructor(private readonly store: Store, private readonly stage: Stage, private readonly deeds: Deeds) {
    setInterval(() => this.count(), 1000);
  }

  draw(): void {
    const s = this.store.current();
    const shape = s ? `${s.sessionId} ${s.state} ${s.endedAt ?? ""}` : `none ${this.store.agent?.shown}`;
    this.stage.show();
    if (shape === this.shape) return;
    this.shape = shape;
    document.body.classList.toggle("desk-has-session", !!s);
    if (!s) {
      this.root.replaceChildren(this.idle(), this.stage.el);
      this.right.replaceChildren();
      return;
    }
    const over = s.state === "wrapping";
    const chat = this.deeds.chat(s.sessionId);
    chat.close(over);
    const box = h("div", { class: "desk-chat" }, chat.el, over && h("p", { class: "desk-over" }, t(`desk.over.${s.endedBy || "system"}`)));
    this.root.replaceChildren(this.head(s, over), this.stage.el, box);
    this.right.replaceChildren(...this.about(s));
    this.stage.show();
    chat.down();
  }

  private head(s: Session, over: boolean): HTMLElement {
    const deed = over
      ? h("button", { class: "btn btn-primary", type: "button", id: "desk-complete", onclick: () => this.deeds.complete(s) }, icon("check"), t("desk.complete"))
      : h("button", { class: "btn btn-danger", type: "button", id: "desk-end-open", onclick: () => this.deeds.end(s) }, icon("phone-off"), t("desk.end"));
    return h(
      "header",
      { class: "desk-head" },
      h("button", { class: "btn btn-quiet icon-btn desk-back", type: "button", "aria-label": t("desk.back"), onclick: () => this.store.select("") }, icon("arrow-left")),
      h("div", { class: "desk-head-who" }, h("h1", {}, name(s)), h("p", { class: "dim clip" }, [t(`desk.channel.${s.caller.channel}`), this.path(s)].join(" · "))),
      deed,
    );
  }

  private path(s: Session): string {
    return (s.path ?? []).map((p) => p.label).join(" › ") || t("desk.direct");
  }

  private idle(): HTMLElement {
    const off = this.store.agent?.shown === "offline";
    return h(
      "div",
      { class: "empty" },
      icon(off ? "log-in" : "headset"),
      h("h2", {}, t(off ? "desk.idle.offline" : "desk.idle.title")),
      h("p", {}, t(off ? "desk.idle.offlineWhy" : "desk.idle.why")),
      off && h("div", { class: "line-up" }, h("button", { class: "btn btn-primary btn-large", type: "button", id: "desk-online", onclick: () => this.deeds.online() }, t("desk.idle.go"))),
    );
  }

  private about(s: Session): HTMLElement[] {
    const fact = (key: string, value: string, attrs: Record<string, unknown> = {}) => [h("dt", {}, t(key)), h("dd", attrs, value)];
    return [
      h("h2", { class: "desk-right-title" }, t("desk.caller")),
      h(
        "dl",
        { class: "facts" },
        ...fact("desk.fact.name", name(s)),
        ...fact("desk.fact.channel", t(`desk.channel.${s.caller.channel}`)),
        ...fact("desk.fact.path", this.path(s), { "data-fact": "path" }),
        ...fact("desk.fact.group", s.group),
        ...fact("desk.fact.waited", clock(s.waitedSeconds), { class: "num" }),
        ...fact("desk.fact.media", t(`desk.media.${s.media}`)),
        ...fact("desk.fact.flow", `${s.ivrId} · v${s.version}`, { class: "mono" }),
        ...fact("desk.fact.talk", "", { class: "num", id: "desk-talk" }),
      ),
    ];
  }

  private count(): void {
    const s = this.store.current();
    const el = document.getElementById("desk-talk");
    if (!s || !el) return;
    const until = s.endedAt ? Date.parse(s.endedAt) : this.store.now();
    el.textContent = clock((until - Date.parse(s.talkAt ?? s.since)) / 1000);
  }
}
