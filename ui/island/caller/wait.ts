// The waiting screen: where one stands, honestly.

import { duration, t } from "../page";
import type { Place, View } from "./api";
import { draw, one } from "./page";

const ICONS: Record<string, string> = { arranging: "users", thinking: "hourglass", offered: "phone-call", connecting: "user-check" };

/** Wait draws the time until an agent is there. */
export class Wait {
  private readonly root = one('[data-show="wait"]');
  private readonly status = one("[data-wait-state]", this.root);
  private since = 0;
  private lost = false;

  constructor() {
    setInterval(() => this.count(), 1000);
  }

  /** show draws the session as it waits. since is when the waiting began, in ms since 1970; lost says that an agent was there and is gone. */
  show(v: View, since: number, lost: boolean): void {
    this.since = since;
    this.lost = lost;
    const state = v.state === "routing" ? "thinking" : v.state;
    this.status.dataset.waitState = state;
    if (v.state === "queued" && v.queue) return this.place(v.queue);
    this.say(t(`caller.script.wait.${state}`), this.sentence(v), "", ICONS[state] ?? "clock");
    this.count();
  }

  /** place draws a new position. */
  place(p: Place): void {
    if (this.status.dataset.waitState !== "queued") return;
    const next = p.position <= 1;
    const title = next ? t("caller.script.wait.next") : t("caller.script.wait.position", { n: p.position });
    this.say(title, this.lost ? t("caller.script.wait.lost") : estimate(p), next ? "" : `${p.position}`, "clock");
    this.count();
  }

  private sentence(v: View): string {
    if (v.state === "routing") return t("caller.script.wait.thinkingText");
    if (this.lost && v.state !== "connecting") return t("caller.script.wait.lost");
    if (v.state === "offered") return t("caller.script.wait.offeredText");
    return v.state === "connecting" && v.agent ? t("caller.script.wait.connectingText", { name: `${v.agent.number} ${v.agent.name}` }) : "";
  }

  private say(title: string, text: string, number: string, icon: string): void {
    one("[data-wait-title]", this.root).textContent = title;
    one("[data-wait-text]", this.root).textContent = text;
    one("[data-wait-number]", this.root).textContent = number;
    draw(one("[data-wait-icon]", this.root), icon);
  }

  private count(): void {
    if (this.root.hidden || !this.since) return;
    const quiet = ["connecting", "thinking"].includes(this.status.dataset.waitState ?? "");
    one("[data-wait-time]", this.root).textContent = quiet ? "" : t("caller.script.wait.time", { time: duration((Date.now() - this.since) / 1000) });
  }
}

/** estimate is what is known of the time left, and no more. */
function estimate(p: Place): string {
  if (p.waitSeconds === null) return t("caller.script.wait.unknown");
  if (p.waitSeconds < 60) return t("caller.script.wait.soon");
  return t("caller.script.wait.minutes", { n: Math.ceil(p.waitSeconds / 60) });
}
