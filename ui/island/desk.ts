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
import type { Frame, Offer, Snapshot } from "./desk/types";
import { Live, Refusal } from "./live";

const live = new Live("/desk/live");
const store = new Store(fetchState);
const ring = new Ring(() => draw());

async function fetchState(): Promise<Snapshot> {
  const answer = await fetch("/desk/state", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10_000) });
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Snapshot;
}

function toLogin(): void {
  leaving = true;
  location.href = "/login?next=/desk";
}

/** ask sends a command; a refusal is said and swallowed, and the picture is read again. */
async function ask(type: string, data: unknown, sentence?: (r: Refusal) => string): Promise<boolean> {
  try {
    await live.request(type, data);
    return true;
  } catch (e) {
    if (e instanceof Refusal) toast(sentence?.(e) ?? t("desk.failed", { why: e.problem.message || t("desk.line.lost") }), "bad");
    return false;
  } finally {
    store.refresh();
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
  (chosen) => void (stage.live() && stage.use(chosen), store.agent?.shown === "offline" && setIntent("ready")),
);
const status = new Status(store, {
  set: (i) => void setIntent(i),
  recover: () => void ask("agent.recover", {}),
  check: () => ready.open(),
  sound: () => void ring.unlock().then(() => ring.chime()),
  silent: () => !ring.ready(),
});
const lists = new Lists(store, { accept, reject });
const talks = new Map<string, Chat>();
const middle = new Middle(store, stage, {
  end: () => must<HTMLDialogElement>("desk-end").showModal(),
  complete: (s) => void ask("offer.complete", { offerId: s.offerId }),
  online: () => ready.open(),
  resume: () => void setIntent("ready"),
  chat: talk,
});
let leaving = false;

/** setIntent changes the agent's own state; going online wants the check first, because browsers want a gesture. */
async function setIntent(intent: string): Promise<void> {
  if (intent === "ready" && store.agent?.shown === "offline" && !ring.ready()) {
    await ring.unlock();
    if (!ring.ready()) return ready.open();
  }
  await ask("intent.set", { intent });
}

async function accept(o: Offer): Promise<void> {
  if (!answer(o)) return;
  stage.took(o.sessionId); // before the answer: the ticket may overtake it
  void ring.unlock();
  const won = await ask("offer.accept", { offerId: o.offerId }, (r) =>
    r.problem.winner ? t("desk.offer.gone", { winner: r.problem.winner }) : r.problem.code === "offer.gone" ? t("desk.offer.goneNobody") : r.problem.message || t("desk.line.lost"),
  );
  settle(o, won);
  if (won) store.select(o.sessionId);
}

async function reject(o: Offer): Promise<void> {
  if (answer(o)) settle(o, await ask("offer.reject", { offerId: o.offerId }));
}

/** answer notes that a button was pressed; false when one was before. */
function answer(o: Offer): boolean {
  if (store.answered.has(o.offerId)) return false;
  store.answered.add(o.offerId);
  store.changed();
  return true;
}

/** settle takes an answered offer off the desk; after a refusal the server's picture decides. */
function settle(o: Offer, done: boolean): void {
  if (!done) store.answered.delete(o.offerId);
  store.offers.delete(o.offerId);
  store.changed();
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
  ring.show(store.ringing(), [...store.unread.values()].reduce((sum, n) => sum + n, 0));
  for (const s of store.sessions.values()) talk(s.sessionId).add(s.messages ?? []);
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
    if (frame.data.how === "timeout") toast(t("desk.offer.missed"));
    if (frame.data.how === "cancelled") toast(t("desk.offer.left"));
  }
  store.frame(frame);
});
live.onState((s) => {
  if (s === "refused") toLogin();
  status.online(s === "lost" ? t("desk.line.lost") : "");
  if (s === "open") stage.wake();
  if (s === "lost") store.refresh(); // a login that has ended looks like a lost line to a socket
});

must("desk-end-yes").addEventListener("click", () => {
  const s = store.current();
  if (s) void ask("session.end", { sessionId: s.sessionId });
});

document.addEventListener("keydown", (e) => {
  if (typing(e) || e.ctrlKey || e.metaKey || e.altKey || e.repeat) return;
  const [first] = store.ringing();
  if (!first) return;
  if (e.key === "a" || e.key === "A") void accept(first);
  if (e.key === "r" || e.key === "R") void reject(first);
});

// Browsers keep a page silent until it was touched. Not on pointerdown: the banner about the silence would go away
// under the pointer, and what was pressed would have moved before it is let go.
for (const gesture of ["click", "keydown"]) {
  document.addEventListener(gesture, () => {
    if (!ring.ready()) void ring.unlock();
    stage.gesture();
  });
}
document.addEventListener("visibilitychange", () => store.seen());
addEventListener("beforeunload", (e) => {
  if (stage.live() && !leaving) e.preventDefault();
});
// Other pages open beside a desk that is at work, so that nothing is cut off.
must("desk-records").addEventListener("click", (e) => {
  (e.currentTarget as HTMLAnchorElement).target = store.sessions.size > 0 || store.offers.size > 0 ? "_blank" : "";
});

live.start();
