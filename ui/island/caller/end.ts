// The last screen: what happened, in the words of whoever knows best.

import type { Chat } from "../chat";
import { duration, t } from "../page";
import type { View } from "./api";
import { draw, one } from "./page";

/** Ends of which the flow's own last sentence tells; any other end makes that sentence stale. */
const TOLD = new Set(["agent", "idle", "flow", "unserved"]);
const ICONS: Record<string, string> = { lost: "wifi-off", gone: "clock", system: "circle-alert", idle: "clock", unserved: "clock" };

/** ended draws the end of a session; talked is how long its talk took in ms, if there was one. It may be drawn again when more was heard. */
export function ended(v: View, talked: number | undefined, chat: Chat | null): void {
  const kind = ending(v, talked !== undefined);
  one("[data-end-title]").textContent = t(`caller.script.end.${kind}`);
  draw(one("[data-end-icon]"), ICONS[kind] ?? "check");
  const said = chat?.all ?? [];
  const last = said.at(-1);
  const lines = [(TOLD.has(kind) && last?.from === "flow" && last.text) || t(`caller.script.end.${kind}Text`)];
  if (talked && talked > 5000) lines.push(t("caller.script.end.talked", { time: duration(talked / 1000) }));
  one("[data-end-text]").replaceChildren(...lines.flatMap((l, i) => (i ? [document.createElement("br"), l] : [l])));
  one("[data-said]").hidden = !said.some((m) => m.from !== "flow");
}

/** ending is which words an end has. */
function ending(v: View, talked: boolean): string {
  const { by, reason } = v.ended ?? { by: "system", reason: "" };
  if (reason === "gone" || reason === "idle") return reason;
  if (reason === "lost" || reason === "callerLost") return "lost";
  if (by === "caller") return talked ? "self" : "left";
  if (by === "flow" && !talked && reason.startsWith("exit.")) return "unserved"; // no agent, a full queue, too long a wait
  return by === "agent" || by === "admin" || by === "flow" ? by : "system";
}
