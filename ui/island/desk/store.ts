// The desk's picture of the world. It holds no truth: snapshots come from the server, frames only hasten them.

import type { AgentView, Frame, Message, Offer, Session, Snapshot } from "./types";

/** Store keeps what the desk shows and tells its listeners when that changes. */
export class Store extends EventTarget {
  agent: AgentView | null = null;
  offers = new Map<string, Offer>();
  sessions = new Map<string, Session>();
  unread = new Map<string, number>();
  selected = "";
  /** how far the server's clock is ahead of ours, in milliseconds */
  skew = 0;
  private timer = 0;

  constructor(private readonly fetchState: () => Promise<Snapshot>) {
    super();
  }

  /** now is the server's time, for counting. */
  now(): number {
    return Date.now() + this.skew;
  }

  /** take replaces the picture by a snapshot. */
  take(s: Snapshot): void {
    this.agent = s.agent;
    this.skew = Date.parse(s.now) - Date.now();
    this.offers = new Map(s.offers.map((o) => [o.offerId, o]));
    this.sessions = new Map(s.sessions.map((c) => [c.sessionId, c]));
    if (!this.sessions.has(this.selected)) this.select(s.sessions[0]?.sessionId ?? "");
    this.changed();
  }

  /** frame takes one frame of the live socket. */
  frame(f: Frame): void {
    switch (f.type) {
      case "desk.state":
        return this.take(f.data);
      case "agent.updated":
        this.agent = f.data;
        break;
      case "offer.opened":
        if (Date.parse(f.data.deadline) > this.now()) this.offers.set(f.data.offerId, opened(f));
        this.refresh();
        break;
      case "offer.closed":
        this.offers.delete(f.data.offerId);
        this.refresh();
        break;
      case "offer.updated":
        this.offers.delete(f.data.offerId);
        this.refresh();
        break;
      case "session.updated":
      case "session.ended":
      case "media.updated":
      case "media.closed":
      case "resync":
        this.refresh();
        break;
      default:
        return;
    }
    this.changed();
  }

  /** refresh asks for a snapshot soon; several askers share one. */
  refresh(): void {
    if (this.timer) return;
    this.timer = window.setTimeout(async () => {
      this.timer = 0;
      try {
        this.take(await this.fetchState());
      } catch {
        // the socket's next snapshot heals it
      }
    }, 60);
  }

  /** heard counts a message that came while its session was not looked at. */
  heard(sessionId: string, m: Message): void {
    if (m.from !== "caller" || (sessionId === this.selected && !document.hidden)) return;
    this.unread.set(sessionId, (this.unread.get(sessionId) ?? 0) + 1);
    this.dispatchEvent(new Event("unread"));
    this.changed();
  }

  /** select puts one session into the middle. */
  select(sessionId: string): void {
    this.selected = sessionId;
    this.unread.delete(sessionId);
    this.changed();
  }

  /** current is the session in the middle. */
  current(): Session | undefined {
    return this.sessions.get(this.selected);
  }

  changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** opened reads the frame of a new ring, which is a little shorter than a snapshot's card. */
function opened(f: Frame): Offer {
  const d = f.data;
  return { ...d, at: f.at ?? new Date().toISOString(), group: d.group?.name ?? d.group, caller: { id: d.sessionId, ...d.caller } };
}
