// The media of a visit: at most one phone, joined by ticket, joined again after a reload or a failure.

import { Refusal, type Live } from "../live";
import { t, toast } from "../page";
import { Phone, type Ticket } from "../phone";
import type { View } from "./api";
import type { Visited } from "./memory";
import type { Talk } from "./talk";

/** Media keeps the phone and shows it on the stage of the talk. */
export class Media {
  private phone: Phone | null = null;
  private callId = "";
  private asking = "";

  constructor(
    private readonly live: Live,
    private readonly talk: Talk,
    private readonly visited: () => Visited | null,
    /** gives the stream of the device check, once */
    private readonly stream: () => MediaStream | null,
  ) {}

  /** on tells whether there is media, or will be. */
  get on(): boolean {
    return this.phone !== null;
  }

  /** frame takes a frame media.*. */
  frame(f: { type: string; data?: any }): void {
    if (f.type === "media.ticket") void this.join(f.data);
    else if (f.type === "media.closed" && f.data.callId === this.callId) this.hang();
    else this.phone?.handle(f);
  }

  /** follow joins the open call of a session, if this page has not, e.g. because it was loaded anew. */
  follow(v: View): void {
    if (v.media !== "text" && v.callId && v.callId !== this.callId) void this.rejoin(v.callId);
  }

  /** rejoin joins a call with what was kept of it, or with a new ticket. */
  async rejoin(callId = this.callId): Promise<void> {
    if (!callId || this.asking === callId) return;
    this.asking = callId;
    try {
      const kept = this.phone?.state === "failed" ? null : Phone.resumable(callId);
      await this.join(kept ?? (await this.live.request<Ticket>("media.ticket")));
    } catch (e) {
      if (e instanceof Refusal && e.problem.message) toast(e.problem.message, "bad");
    } finally {
      this.asking = "";
    }
  }

  /** hangup ends the media for both sides; the session goes on in writing. */
  async hangup(): Promise<void> {
    const callId = this.callId;
    this.hang();
    await this.live.request("media.hangup", { callId });
  }

  /** wake makes sure of the media when the line to the server is back: the server may be a new one. */
  wake(): void {
    this.phone?.wake();
  }

  /** hang takes the phone down on this side. */
  hang(): void {
    const phone = this.phone;
    this.phone = null;
    phone?.hangup();
    this.talk.ring(null);
  }

  private async join(ticket: Ticket & { role?: string }): Promise<void> {
    if (ticket.role && ticket.role !== "caller") return;
    if (this.callId === ticket.callId && this.phone && this.phone.state !== "failed") return;
    this.phone?.hangup();
    this.callId = ticket.callId;
    const phone = new Phone({
      send: (f) => (f.type === "media.offer" ? this.live.request(f.type, f.data) : this.live.send(f.type, f.data)),
      ticket: () => this.live.request<Ticket>("media.ticket"),
    });
    this.phone = phone;
    phone.on("problem", (code) => toast(t(`call.${code}`), "bad"));
    phone.on("state", (s) => s === "ended" && this.phone === phone && this.hang());
    this.talk.ring(phone);
    const { camera, microphone } = this.visited() ?? {};
    const video = ticket.media === "video";
    try {
      await phone.join(ticket, { audio: true, video, camera, microphone, stream: this.opened(video) });
    } catch {
      // the stage shows that it failed, with a way to try again
    }
  }

  /** opened is the stream of the check, when it has what this call needs. */
  private opened(video: boolean): MediaStream | undefined {
    const stream = this.stream();
    if (!stream) return undefined;
    if (!video) stream.getVideoTracks().forEach((track) => (track.stop(), stream.removeTrack(track)));
    return stream.getTracks().length ? stream : undefined;
  }
}
