// The softphone of desk and caller page: brings a leg of a call up, keeps it up, and says how it goes. It draws
// nothing and knows nothing of sockets.

import type { DeviceProblem, Wanted } from "./phone/devices";
import { forget, keep, kept, type Kept } from "./phone/keep";
import { Link } from "./phone/link";
import { Own } from "./phone/own";
import { Gauge, type Quality } from "./phone/quality";

export { listDevices, meter, preview, problemOf, type DeviceProblem, type Opened, type Wanted } from "./phone/devices";
export type { Quality } from "./phone/quality";

/** What the page shows. "failed" wants a new join, "ended" is final. */
export type PhoneState = "connecting" | "live" | "reconnecting" | "failed" | "ended";

/** The part of a media.ticket that is needed. */
export interface Ticket {
  callId: string;
  legId: string;
  token: string;
  media: "video" | "audio" | "text";
  iceServers?: RTCIceServer[];
}

/** Events and what comes with each. */
export interface PhoneEvents {
  localstream: MediaStream | null; // our own picture and sound, anew after every change
  remotestream: MediaStream; // the other party's; the same object may come again
  remotevideo: boolean; // whether their picture moves
  state: PhoneState;
  quality: Quality; // every two seconds while live
  problem: DeviceProblem; // a device that did not open; the call may go on without it
}

export interface PhoneOptions {
  /**
   * send passes a frame {type, data} to the server. For media.offer it may give a promise of the answer {sdp, resume},
   * which fails with {problem: {code}}; otherwise the answer comes as a frame media.answer through handle.
   */
  send(frame: { type: string; data: any }): unknown;
  iceServers?: RTCIceServer[];
  /** ticket asks for a new ticket, when the one at hand is no longer good. */
  ticket?(callId: string): Promise<Ticket>;
}

const BLIP = 1500; // ms of disconnection that may pass by themselves
const PATIENCE = 6000; // ms for one attempt
const GIVE_UP = 60_000; // ms of attempts; the server gives a leg 30 s
const MEASURE = 2000; // ms between two readings of the quality

/** Phone is one leg of one call. Make it, listen with on, join. */
export class Phone {
  state: PhoneState = "connecting";
  private leg: Kept | null = null;
  private link: Link | null = null;
  private own: Own | null = null;
  private compat = false;
  private renewed = false; // the ticket at hand is a second one
  private round = 0; // attempts; what an earlier one still says is not heard
  private trouble = 0; // since when there is no connection
  private reply: ((answer: any) => void) | null = null;
  private timers: { attempt?: number; blip?: number; gauge?: number } = {};
  private listeners = new Map<string, Set<(x: any) => void>>();
  private gauge = new Gauge();
  private moving: boolean | null = null;
  private readonly woken = () => this.wake();

  constructor(private readonly options: PhoneOptions) {}

  /** on listens to an event. The result takes it back. */
  on<K extends keyof PhoneEvents>(event: K, f: (x: PhoneEvents[K]) => void): () => void {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(f));
    return () => void all.delete(f);
  }

  /** resumable gives what a page loaded anew can join a call with, instead of a ticket. */
  static resumable(callId: string): Ticket | null {
    return kept(callId);
  }

  /**
   * join brings the leg up. stream takes the place of opening devices. A camera that does not open leaves a call with
   * sound; when nothing opens, join fails with the DeviceProblem as message.
   */
  async join(ticket: Ticket, want: Wanted & { stream?: MediaStream }): Promise<void> {
    this.stop();
    const { callId, legId, token, media } = ticket;
    this.leg = { callId, legId, token, media: media === "video" ? "video" : "audio" };
    if (ticket.iceServers) this.options.iceServers = ticket.iceServers;
    this.show("connecting");
    const own = new Own({
      changed: (s) => this.emit("localstream", s),
      problem: (p) => this.emit("problem", p),
      put: async (kind, track) => this.link?.put(kind, track),
    });
    this.own = own;
    const problem = await own.open(want);
    if (own !== this.own) return; // hung up meanwhile, or joined again
    if (problem) {
      this.end("failed");
      throw new Error(problem);
    }
    addEventListener("online", this.woken);
    this.timers.gauge = window.setInterval(() => void this.measure(), MEASURE);
    this.trouble = Date.now();
    await this.negotiate(true);
  }

  /** handle takes the frames media.* of the server; what is not about this leg is left alone. */
  handle(frame: { type: string; data?: any }): void {
    const d = frame.data ?? {};
    if (!this.leg || (d.legId ? d.legId !== this.leg.legId : d.callId !== this.leg.callId)) return;
    if (frame.type === "media.answer") this.reply?.(d);
    else if (frame.type === "media.candidate") void this.link?.candidate(d.candidate);
    else if (frame.type === "media.renew") void this.negotiate(true);
    else if (frame.type === "media.closed") this.end("ended");
  }

  /** setMuted stops or lets out our sound. */
  setMuted(on: boolean): void {
    this.own?.setMuted(on);
  }

  /** setCamera turns the camera on or off; off, its light is out. It gives false when it does not open. */
  async setCamera(on: boolean): Promise<boolean> {
    return (await this.own?.setCamera(on)) ?? false;
  }

  /** switchDevice goes over to another camera or microphone in the middle of the call; false when it does not open. */
  async switchDevice(kind: "audio" | "video", deviceId: string): Promise<boolean> {
    return (await this.own?.use(kind, deviceId)) ?? false;
  }

  /**
   * wake looks for a new way at once: for a page that knows of trouble before the media does, as when its own line to
   * the server broke and is back. It costs a few packets when nothing was wrong.
   */
  wake(): void {
    if (this.state === "live") this.restart();
  }

  /** stats are the browser's own counters, for tests and for support. */
  async stats(): Promise<RTCStatsReport | null> {
    return (await this.link?.stats()) ?? null;
  }

  /** hangup leaves for good and frees camera and microphone. Telling the other party is the page's media.hangup. */
  hangup(): void {
    this.end("ended");
  }

  /** negotiate makes one attempt: with a new connection (fresh), or a new way for the present one. */
  private async negotiate(fresh: boolean): Promise<void> {
    if (!this.leg) return;
    const mine = ++this.round;
    clearTimeout(this.timers.blip);
    fresh ||= !this.link;
    if (fresh) this.connect();
    const link = this.link!;
    this.later(PATIENCE, () => this.again());
    try {
      const sdp = await link.offer(!fresh);
      if (mine !== this.round) return;
      const answer = await this.ask(sdp);
      if (answer.resume && this.leg) keep(Object.assign(this.leg, { token: answer.resume }));
      if (mine !== this.round) return;
      if (!(await link.answer(answer.sdp))) await this.negotiate(true);
      else if (link.up) this.lived();
    } catch (e) {
      if (mine === this.round) await this.refused(e);
    }
  }

  private connect(): void {
    this.link?.close();
    const link: Link = new Link(this.leg!.media === "video", this.own!.stream, this.options.iceServers ?? [], {
      state: (s) => link === this.link && this.turned(s),
      stream: (s) => link === this.link && this.emit("remotestream", s),
      candidate: (c) => link === this.link && this.tell("media.candidate", { candidate: c.toJSON() })?.catch(() => undefined),
    });
    this.link = link;
  }

  /** tell sends a frame about our leg. */
  private async tell(type: string, data: object): Promise<any> {
    return this.options.send({ type, data: { legId: this.leg?.legId, ...data } });
  }

  /** ask sends the offer and waits for the answer, whichever way it comes. */
  private ask(sdp: string): Promise<any> {
    return new Promise((done, fail) => {
      this.reply = done;
      this.tell("media.offer", { token: this.leg?.token, sdp, compat: this.compat }).then((answer) => answer?.sdp && done(answer), fail);
    });
  }

  private turned(s: RTCPeerConnectionState): void {
    if (s === "connected") this.lived();
    else if (s === "disconnected") {
      clearTimeout(this.timers.blip);
      this.timers.blip = window.setTimeout(() => this.restart(), BLIP);
    } else if (s === "failed") {
      if (this.compat || !this.link?.strange) return this.restart();
      this.compat = true;
      void this.negotiate(true);
    }
  }

  private lived(): void {
    clearTimeout(this.timers.attempt);
    clearTimeout(this.timers.blip);
    this.trouble = 0;
    this.renewed = false;
    this.show("live");
  }

  /** restart looks for a new way through the network. */
  private restart(): void {
    this.trouble ||= Date.now();
    if (this.state === "live") this.show("reconnecting");
    void this.negotiate(false);
  }

  /** again is for an attempt that came to nothing: a new connection, as long as there is hope. */
  private again(): void {
    this.trouble ||= Date.now();
    if (Date.now() - this.trouble > GIVE_UP) return this.end("failed");
    if (this.state === "live") this.show("reconnecting");
    void this.negotiate(true);
  }

  /** refused hears the server's no. */
  private async refused(e: any): Promise<void> {
    const code: string = e?.problem?.code ?? "";
    if (code === "call.notNow" || code === "call.notFound") this.end("ended");
    else if (code === "call.ticket" && this.options.ticket && !this.renewed) await this.renew();
    else if (code && code !== "live.lost") this.end("failed");
    else this.later(1000, () => this.again());
  }

  /** renew gets a new ticket for the same call and tries with it. */
  private async renew(): Promise<void> {
    const mine = ++this.round;
    this.renewed = true;
    const ticket = await this.options.ticket!(this.leg!.callId).catch(() => null);
    if (mine !== this.round || !this.leg) return;
    if (!ticket) return this.end("failed");
    Object.assign(this.leg, { callId: ticket.callId, legId: ticket.legId, token: ticket.token });
    await this.negotiate(true);
  }

  private later(ms: number, f: () => void): void {
    clearTimeout(this.timers.attempt);
    this.timers.attempt = window.setTimeout(f, ms);
  }

  private async measure(): Promise<void> {
    const stats = await this.stats();
    const q = stats && this.gauge.read(stats);
    if (!q || this.state !== "live") return;
    this.emit("quality", q);
    if (q.picture !== this.moving) this.emit("remotevideo", (this.moving = q.picture));
  }

  private end(state: "ended" | "failed"): void {
    if (!this.leg) return;
    if (state === "ended") forget(this.leg.callId);
    this.stop();
    this.show(state);
  }

  /** stop lets go of everything. */
  private stop(): void {
    this.round++;
    removeEventListener("online", this.woken);
    for (const t of Object.values(this.timers)) clearTimeout(t);
    this.link?.close();
    this.own?.close();
    this.leg = this.link = this.own = this.moving = null;
    this.gauge = new Gauge();
  }

  private show(s: PhoneState): void {
    if (this.state === s && s !== "connecting") return;
    this.state = s;
    this.emit("state", s);
  }

  private emit<K extends keyof PhoneEvents>(event: K, x: PhoneEvents[K]): void {
    for (const f of [...(this.listeners.get(event) ?? [])]) f(x);
  }
}
