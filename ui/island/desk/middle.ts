// The middle: the session that is selected, its stage and its chat; and the right column about its caller.

import type { Chat } from "../chat";
import { clock, h, icon, must, t } from "./dom";
import { timeOf } from "./lists";
import { name } from "./ring";
import type { Stage } from "./stage";
import type { Store } from "./store";
import type { Session } from "./types";

/** Deeds is what can be done with the session in the middle. */
export interface Deeds {
  end(): void;
  complete(s: Session): void;
  online(): void;
  resume(): void;
  chat(sessionId: string): Chat;
}

/** Middle rebuilds what changed when another session is selected or its state is another; stage and chat stay where they are. */
export class Middle {
  private readonly idle = h("div", { class: "empty" });
  private readonly head = h("header", { class: "desk-head" });
  private readonly box = h("div", { class: "desk-chat" });
  private readonly over = h("p", { class: "desk-over", role: "status" });
  private readonly right = must("desk-right-body");
  private shape = "";
  private shown = "";

  constructor(private readonly store: Store, private readonly stage: Stage, private readonly deeds: Deeds) {
    must("desk-middle").replaceChildren(this.idle, this.head, stage.el, this.box, this.over);
    setInterval(() => this.count(), 500);
  }

  draw(): void {
    const s = this.store.current();
    this.stage.show();
    const shape = s ? [s.sessionId, s.state, s.endedBy, s.caller.nickname].join() : `none ${this.idleness()}`;
    if (shape === this.shape) return;
    this.shape = shape;
    document.body.classList.toggle("desk-has-session", !!s);
    this.idle.hidden = !!s;
    for (const el of [this.head, this.box]) el.hidden = !s;
    this.over.hidden = s?.state !== "wrapping";
    if (s) this.session(s);
    else this.nothing();
    this.count();
  }

  private session(s: Session): void {
    const over = s.state === "wrapping";
    const chat = this.deeds.chat(s.sessionId);
    chat.close(over);
    if (over) this.over.textContent = t(`desk.over.${s.endedBy || "system"}`);
    this.head.replaceChildren(...this.top(s, over));
    this.right.replaceChildren(...this.about(s));
    if (this.shown === s.sessionId) return;
    this.shown = s.sessionId;
    this.box.replaceChildren(chat.el);
    chat.down();
    if (!over && matchMedia("(hover: hover)").matches) chat.focus();
  }

  private nothing(): void {
    const how = this.idleness();
    const off = how === "offline";
    this.shown = "";
    this.box.replaceChildren();
    this.right.replaceChildren();
    if (how && !off) return this.paused(how);
    const why = matchMedia("(hover: hover)").matches ? "desk.idle.why" : "desk.idle.whyTouch";
    const button = h("button", { class: "btn btn-primary btn-large", type: "button", id: "desk-online", onclick: () => this.deeds.online() }, t("desk.idle.go"));
    this.idle.replaceChildren(
      icon(off ? "log-in" : "headset"),
      h("h1", {}, t(off ? "desk.idle.offline" : "desk.idle.title")),
      h("p", {}, t(off ? "desk.idle.offlineWhy" : why)),
      off ? h("div", { class: "line-up" }, button) : "",
    );
  }

  /** paused is for an agent who is here but takes nobody; the banner brings one back who missed a ring. */
  private paused(how: string): void {
    const back = h("button", { class: "btn btn-primary btn-large", type: "button", id: "desk-resume", onclick: () => this.deeds.resume() }, t("desk.idle.resume"));
    this.idle.replaceChildren(
      icon("pause"),
      h("h1", {}, t("desk.idle.paused", { state: t(`kit.state.${how}`) })),
      h("p", {}, t("desk.idle.pausedWhy")),
      how === "notResponding" ? "" : h("div", { class: "line-up" }, back),
    );
  }

  /** idleness is the state in which no caller rings, empty when they do. */
  private idleness(): string {
    const shown = this.store.agent?.shown ?? "";
    return ["offline", "rest", "notReady", "notResponding"].includes(shown) ? shown : "";
  }

  private top(s: Session, over: boolean): HTMLElement[] {
    const back = h("button", { class: "btn btn-quiet icon-btn desk-back", type: "button", "aria-label": t("desk.back"), onclick: () => this.store.select("") }, icon("arrow-left"));
    const about = h("button", { class: "btn btn-quiet icon-btn desk-about", type: "button", "aria-label": t("desk.caller"), "data-tip": t("desk.caller"), popovertarget: "desk-right" }, icon("panel-right"));
    const complete = h("button", { class: "btn btn-primary", type: "button", id: "desk-complete", onclick: () => this.deeds.complete(s) }, icon("check"), t("desk.complete"));
    const end = h("button", { class: "btn btn-danger", type: "button", id: "desk-end-open", onclick: () => this.deeds.end() }, icon("circle-stop"), t("desk.end"));
    const who = h("div", { class: "desk-head-who" }, h("h1", {}, name(s)), h("p", { class: "dim clip" }, `${t(`desk.channel.${s.caller.channel}`)} · ${this.path(s)}`));
    return [back, who, h("span", { class: "desk-head-time num dim", id: "desk-time" }), about, over ? complete : end];
  }

  private path(s: Session): string {
    return (s.path ?? []).map((p) => p.label).join(" › ") || t("desk.direct");
  }

  private about(s: Session): HTMLElement[] {
    const fact = (key: string, value: string, attrs: Record<string, unknown> = {}) => [h("dt", {}, t(key)), h("dd", attrs, value)];
    const copy = h("button", { class: "btn btn-quiet btn-small icon-btn", type: "button", "data-copy": s.sessionId, "aria-label": t("desk.fact.copy"), "data-tip": t("desk.fact.copy") }, icon("copy"));
    return [
      h(
        "dl",
        { class: "facts" },
        ...fact("desk.fact.name", name(s)),
        ...fact("desk.fact.channel", t(`desk.channel.${s.caller.channel}`)),
        ...fact("desk.fact.path", this.path(s), { "data-fact": "path" }),
        ...fact("desk.fact.group", s.group),
        ...fact("desk.fact.media", t(`desk.media.${s.media}`)),
        ...fact("desk.fact.waited", clock(s.waitedSeconds), { class: "num" }),
        ...fact("desk.fact.talk", "", { class: "num", id: "desk-talk" }),
        ...fact("desk.fact.flow", `${s.ivrId} · v${s.version}`, { class: "mono" }),
        h("dt", {}, t("desk.fact.id")),
        h("dd", { class: "mono desk-id" }, h("span", { class: "clip" }, s.sessionId), copy),
      ),
    ];
  }

  private count(): void {
    const s = this.store.current();
    if (!s) return;
    const until = s.endedAt ? Date.parse(s.endedAt) : this.store.now();
    must("desk-talk").textContent = s.talkAt ? clock((until - Date.parse(s.talkAt)) / 1000) : "–";
    must("desk-time").textContent = timeOf(s, this.store.now());
  }
}
