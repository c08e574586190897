// The desk's picture of the world. It holds no truth: snapshots come from the server, frames only hasten them.

import type { AgentView, Frame, Message, Offer, Session, Snapshot } from "./types";

/** Frames after which the picture is read anew. */
const NEWS = new Set(["offer.opened", "offer.closed", "offer.updated", "session.updated", "session.ended", "media.updated", "media.closed", "resync"]);

/** Store keeps what the desk shows and tells its listeners when that changes. */
export class Store extends EventTarget {
  agent: AgentView | null = null;
  offers = new Map<string, Offer>();
  sessions = new Map<string, Session>();
  unread = new Map<string, number>();
  /** offers on which a button was pressed: they ring no more, and a second press says nothing new */
  readonly answered = new Set<string>();
  selected = "";
  /** the reader of a narrow page went back to the list, so nothing is selected for them */
  private listed = false;
  private skew = 0; // how far the server's clock is ahead of ours, in milliseconds
  private timer = 0;
  private asking = false;
  private again = false; // something has happened since the snapshot was asked for

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
    for (const id of this.unread.keys()) if (!this.sessions.has(id)) this.unread.delete(id);
    if (this.selected && !this.sessions.has(this.selected)) this.selected = "";
    if (!this.selected && !this.listed && s.sessions.length > 0) this.select(s.sessions[0].sessionId);
    else this.changed();
  }

  /** frame takes one frame of the live socket. */
  frame(f: Frame): void {
    if (f.type === "desk.state") this.take(f.data);
    else if (f.type === "agent.updated") this.agent = f.data;
    else if (f.type === "offer.opened") this.opened(f);
    else if (f.type.startsWith("offer.")) this.offers.delete(f.data.offerId);
    else if (!NEWS.has(f.type)) return;
    if (NEWS.has(f.type) || this.asking) this.refresh(); // the answer to come may be older than this frame
    this.changed();
  }

  /** refresh asks for a snapshot soon; several askers share one. */
  refresh(): void {
    if (this.asking) this.again = true;
    else this.timer ||= window.setTimeout(() => void this.ask(), 60);
  }

  /** ask fetches one snapshot at a time: of two, the older might come last. */
  private async ask(): Promise<void> {
    this.timer = 0;
    this.asking = true;
    this.again = false;
    try {
      this.take(await this.fetchState());
    } catch {
      // the socket's next snapshot heals it
    }
    this.asking = false;
    if (this.again) this.refresh();
  }

  /** heard counts a message that came while its session was not looked at. */
  heard(sessionId: string, m: Message): void {
    if (m.from !== "caller" || (sessionId === this.selected && !document.hidden)) return;
    this.unread.set(sessionId, (this.unread.get(sessionId) ?? 0) + 1);
    this.dispatchEvent(new Event("unread"));
    this.changed();
  }

  /** seen is for a page that is looked at again. */
  seen(): void {
    if (document.hidden || !this.unread.delete(this.selected)) return;
    this.changed();
  }

  /** select puts one session into the middle; empty leads a narrow page back to its list. */
  select(sessionId: string): void {
    this.selected = sessionId;
    this.listed = sessionId === "";
    this.unread.delete(sessionId);
    this.changed();
  }

  /** ringing lists the offers that want an answer, oldest first. */
  ringing(): Offer[] {
    return [...this.offers.values()].filter((o) => !this.answered.has(o.offerId));
  }

  /** current is the session in the middle. */
  current(): Session | undefined {
    return this.sessions.get(this.selected);
  }

  changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** opened reads the frame of a new ring, which is a little shorter than a snapshot's card. */
  private opened(f: Frame): void {
    const d = f.data;
    if (Date.parse(d.deadline) <= this.now() || this.offers.has(d.offerId)) return; // an old frame, or known already
    this.offers.set(d.offerId, { ...d, at: f.at ?? new Date(this.now()).toISOString(), group: d.group.name, caller: { id: "", ...d.caller } });
  }
}
