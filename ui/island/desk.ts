// entry: the agent's workbench.

import { Chat, Trouble, upload, type Message } from "./chat";
import { must, t, toast, typing } from "./desk/dom";
import { Lists } from "./desk/lists";
import { Middle } from "./desk/middle";
import { Ready } from "./desk/ready";
import { Ring } from "./desk/ring";
import { Stage } from "./desk/stage";
import { Status } from "./desk/status";
import { Store } from "./desk/store";
import type { Frame, Offer, Session, Snapshot } from "./desk/types";
import { Live, Refusal } from "./live";

const me = must("desk").dataset;
const live = new Live("/desk/live");
const store = new Store(fetchState);
const ring = new Ring();

async function fetchState(): Promise<Snapshot> {
  const answer = await fetch("/desk/state", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Snapshot;
}

/** ask sends a command; a refusal is said and swallowed, and the picture is read again. */
async function ask(type: string, data: unknown, sentence?: (r: Refusal) => string): Promise<boolean> {
  try {
    await live.request(type, data);
    return true;
  } catch (e) {
    if (e instanceof Refusal) toast(sentence?.(e) ?? t("desk.failed", { why: e.problem.message || t("desk.line.lost") }), "bad");
    store.refresh();
    return false;
  }
}

const stage = new Stage(
  store,
  {
    send: (f) => (f.type === "media.offer" ? live.request(f.type, f.data) : live.send(f.type, f.data)),
    ticket: (sessionId) => live.request("media.ticket", { sessionId }),
    hangup: (sessionId, callId) => void ask("media.hangup", { sessionId, callId }),
  },
  () => ready.devices(),
);
const ready = new Ready(
  ring,
  () => store.agent?.shown !== "offline",
  () => void setIntent("ready"),
);
const status = new Status(store, (i) => void setIntent(i), () => void ask("agent.recover", {}), () => ready.open());
const lists = new Lists(must("desk-lists"), store, { accept, reject, complete });
const talks = new Map<string, Chat>();
const middle = new Middle(store, stage, {
  end: () => must<HTMLDialogElement>("desk-end").showModal(),
  complete,
  online: () => ready.open(),
  chat: talk,
});

/** setIntent changes the agent's own state; going online wants the check first, because browsers want a gesture. */
async function setIntent(intent: string): Promise<void> {
  if (intent === "ready" && !ring.ready()) {
    await ring.unlock();
    if (!ring.ready()) return ready.open();
  }
  await ask("intent.set", { intent });
}

async function accept(o: Offer): Promise<void> {
  await ring.unlock();
  const won = await ask("offer.accept", { offerId: o.offerId }, (r) =>
    r.problem.winner ? t("desk.offer.gone", { winner: r.problem.winner }) : t("desk.offer.goneNobody"),
  );
  store.offers.delete(o.offerId);
  if (won) store.selected = o.sessionId;
  store.refresh();
  store.changed();
}

async function reject(o: Offer): Promise<void> {
  store.offers.delete(o.offerId);
  store.changed();
  await ask("offer.reject", { offerId: o.offerId });
}

async function complete(s: Session): Promise<void> {
  if (await ask("offer.complete", { offerId: s.offerId })) store.refresh();
}

/** talk is the chat of a session; it lives as long as its session is on the desk. */
function talk(sessionId: string): Chat {
  let chat = talks.get(sessionId);
  if (chat) return chat;
  chat = new Chat({
    me: "agent",
    draft: `desk.draft.${sessionId}`,
    transport: {
      post: async (m) => {
        try {
          return await live.request<Message>("message.post", { sessionId, ...m });
        } catch (e) {
          const problem = (e as Refusal).problem;
          throw new Trouble(problem?.message || t("chat.lost"), !problem || problem.code === "live.lost");
        }
      },
      upload: (file, progress) => upload(`/desk/sessions/${encodeURIComponent(sessionId)}/files`, file, progress),
      typing: () => live.send("typing", { sessionId }),
    },
    fetch: async (after) => {
      const state = await fetchState();
      return (state.sessions.find((s) => s.sessionId === sessionId)?.messages ?? []).filter((m) => m.seq > after);
    },
  });
  chat.addEventListener("incoming", (e) => store.heard(sessionId, (e as CustomEvent<Message>).detail));
  talks.set(sessionId, chat);
  return chat;
}

function draw(): void {
  status.draw();
  lists.draw();
  ring.show(store.agent?.shown === "offline" ? [] : [...store.offers.values()]);
  for (const s of store.sessions.values()) {
    talk(s.sessionId).add(s.messages ?? []);
    stage.rejoin(s);
  }
  for (const id of talks.keys()) if (!store.sessions.has(id)) talks.delete(id);
  middle.draw();
}

store.addEventListener("change", draw);
store.addEventListener("unread", () => ring.chime());
live.on("*", (f) => {
  const frame = f as Frame;
  if (frame.type.startsWith("media.")) stage.frame(frame);
  if (frame.type === "typing") return talks.get(frame.data.sessionId)?.typing();
  if (frame.type === "message.posted" && store.sessions.has(frame.data.sessionId)) return talk(frame.data.sessionId).add([frame.data], true);
  if (frame.type === "offer.closed" && store.offers.has(frame.data.offerId)) {
    if (frame.data.how === "timeout") toast(t("desk.offer.missed"), "bad");
    if (frame.data.how === "cancelled") toast(t("desk.offer.left"));
  }
  store.frame(frame);
});
live.onState((s) => {
  if (s === "refused") location.href = "/login?next=/desk";
  status.online(s === "lost" ? t("desk.line.lost") : "");
});

must("desk-end-yes").addEventListener("click", () => {
  const s = store.current();
  if (s) void ask("session.end", { sessionId: s.sessionId });
});

document.addEventListener("keydown", (e) => {
  if (typing(e) || e.ctrlKey || e.metaKey || e.altKey) return;
  const first = store.offers.values().next().value;
  if (!first) return;
  if (e.key === "a" || e.key === "A") void accept(first);
  if (e.key === "r" || e.key === "R") void reject(first);
});

// The first touch of the page lets it ring; without one browsers keep it silent.
document.addEventListener("pointerdown", () => void ring.unlock(), { once: true });
addEventListener("beforeunload", (e) => {
  if (stage.live()) e.preventDefault();
});

must("desk").dataset.ready = me.agent;
live.start();
