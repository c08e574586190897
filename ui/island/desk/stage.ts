// The stage: the caller's picture with the agent's own in its corner, and what can be done with the media.

import { Phone, type PhoneState, type Quality, type Ticket } from "../phone";
import { Bars, Control, Note } from "./controls";
import { clock, h, icon, must, t, toast } from "./dom";
import { Hold } from "./hold";
import { name } from "./ring";
import type { Store } from "./store";
import type { Frame, Session } from "./types";

/** Devices is what the agent chose; empty strings are the browser's own choice. */
export interface Devices {
  camera: string;
  microphone: string;
}

/** Line is how the stage reaches the server. */
export interface Line {
  send(frame: { type: string; data: unknown }): unknown;
  ticket(sessionId: string): Promise<Ticket>;
  hangup(sessionId: string, callId: string): void;
}

const OTHERS_TURN = 4000; // ms after an accept in which only the tab that accepted brings up the media
const SETTLES = 600; // ms in which the end of a session follows that of its media
const FREE = 6; // seconds that no tab may have had a call before this one takes it up: the other may be reloading

/** Stage holds the one call of the desk. Several sessions may be open, but only one of them has media. */
export class Stage {
  readonly el = h("div", { class: "stage", hidden: true });
  private phone: Phone | null = null;
  private callId = "";
  private sessionId = "";
  private joining = ""; // the call whose right is being asked for
  private left = ""; // the call that was hung up here
  private seen = ""; // the session of the call, once the desk has shown it: the ticket may overtake it
  private away = new Map<string, number>(); // calls of another tab, with the seconds that none was seen to have them
  private accepted = new Set<string>(); // sessions accepted in this tab
  private readonly hold = new Hold(() => this.stolen());
  private readonly remote = h("video", { class: "stage-remote", autoplay: true, playsinline: true, "data-remote": true });
  private readonly own = h("video", { autoplay: true, playsinline: true, "data-self": true });
  private readonly self = h("div", { class: "stage-self" }, this.own, icon("video-off"));
  private readonly sound = h("audio", { autoplay: true });
  private readonly face = h("p", { class: "stage-face" });
  private readonly note = new Note(() => this.retry());
  private readonly bars = new Bars();
  private readonly time = h("span", { class: "num" });
  private readonly mic = new Control("mic", "call.mute", "call.unmute", (off) => this.phone?.setMuted(off));
  private readonly cam = new Control("video", "call.cameraOff", "call.cameraOn", (off) => void this.setDark(off));
  private readonly full = new Control("maximize", "call.full", "call.small", () => this.fill(), "minimize");
  private readonly chip = must("desk-call");
  private readonly chipBars = new Bars();
  private readonly chipTime = h("span", { class: "num" });

  constructor(
    private readonly store: Store,
    private readonly line: Line,
    private readonly devices: () => Devices,
  ) {
    this.own.muted = this.remote.muted = true; // the audio element plays the sound, with or without a picture
    const end = h("button", { class: "stage-btn is-end", type: "button", "aria-label": t("call.hangup"), "data-tip": t("call.hangup"), "data-deed": "call.hangup", onclick: () => this.end() }, icon("phone-off"));
    const head = h("div", { class: "stage-head" }, this.time, this.bars.el);
    this.el.append(this.remote, this.face, this.note.el, this.self, this.sound, head, h("div", { class: "stage-bar" }, this.mic.el, this.cam.el, this.full.el, end));
    this.el.addEventListener("fullscreenchange", () => this.full.turn(document.fullscreenElement === this.el));
    this.chip.append(icon("phone-call"), h("span", { class: "desk-call-word" }, t("call.on")), this.chipTime, this.chipBars.el);
    this.chip.addEventListener("click", () => this.store.select(this.sessionId));
    setInterval(() => this.tick(), 500);
    setInterval(() => void this.look(), 1000);
  }

  /** live tells whether a call is up or coming up here. */
  live(): boolean {
    return this.phone !== null;
  }

  /** took notes that a session was accepted in this tab, which therefore has its media. */
  took(sessionId: string): void {
    this.accepted.add(sessionId);
  }

  /** frame takes the frames that are about media. */
  frame(f: Frame): void {
    if (f.type !== "media.ticket") return this.phone?.handle(f);
    if (f.data.role === "agent" && this.accepted.has(f.data.sessionId)) void this.take(f.data.sessionId, f.data.callId, f.data);
  }

  /** use goes over to other devices in the middle of a call. */
  async use(d: Devices): Promise<void> {
    await this.phone?.switchDevice("audio", d.microphone);
    if (!this.cam.el.hidden) await this.phone?.switchDevice("video", d.camera);
  }

  /** rejoin brings the media up of a session that has a call and does not play it: the page was loaded anew. */
  rejoin(s: Session): void {
    if (!open(s) || s.callId === this.callId || s.callId === this.left || this.away.has(s.callId!)) return;
    if (!this.accepted.has(s.sessionId) && this.store.now() - Date.parse(s.since) < OTHERS_TURN) return;
    void this.take(s.sessionId, s.callId!);
  }

  /** take brings a call up here unless another tab has it; force takes it from that tab. */
  private async take(sessionId: string, callId: string, ticket?: Ticket, force = false): Promise<void> {
    if (this.callId === callId || this.joining === callId) return;
    this.joining = callId;
    this.end(false); // before the right to this call is asked for: it goes with the one before
    try {
      if (!(await this.hold.take(callId, force))) return void this.away.set(callId, 0);
      this.away.delete(callId);
      await this.join(sessionId, ticket ?? (force ? null : Phone.resumable(callId)) ?? (await this.line.ticket(sessionId)));
    } catch {
      this.hold.drop();
      this.away.set(callId, 0); // the strip offers another try
    } finally {
      this.joining = "";
      this.show();
    }
  }

  private async join(sessionId: string, ticket: Ticket): Promise<void> {
    this.callId = ticket.callId;
    this.sessionId = sessionId;
    const phone = new Phone({ send: (f) => this.line.send(f), ticket: () => this.line.ticket(sessionId) });
    this.phone = phone;
    const mine = <X>(f: (x: X) => void) => (x: X) => phone === this.phone && f(x);
    phone.on("localstream", mine((s: MediaStream | null) => (this.own.srcObject = s)));
    phone.on("remotestream", mine((s: MediaStream) => this.play(s)));
    phone.on("remotevideo", mine((moves: boolean) => this.el.classList.toggle("is-dark", !moves)));
    phone.on("state", mine((s: PhoneState) => this.say(s)));
    phone.on("quality", mine((q: Quality) => this.grade(q)));
    phone.on("problem", mine((code: string) => toast(t(`call.${code}`), "bad")));
    const video = ticket.media === "video";
    this.el.classList.toggle("is-audio", !video);
    this.cam.el.hidden = !video;
    this.say("connecting");
    this.show();
    await phone.join(ticket, { audio: true, video, ...this.devices() }).catch(() => phone === this.phone && this.say("failed"));
  }

  private play(s: MediaStream): void {
    this.remote.srcObject = s;
    this.sound.srcObject = s;
    void this.sound.play().catch(() => undefined); // the page's first gesture lets it play
  }

  /** gesture lets the sound play that the browser held back after a reload. */
  gesture(): void {
    if (this.phone && this.sound.paused) void this.sound.play().catch(() => undefined);
  }

  private say(state: PhoneState): void {
    this.el.dataset.state = state;
    this.note.say(state === "live" ? "" : t(`call.state.${state}`), state === "failed" ? t("call.retry") : "");
    if (state === "connecting") this.el.classList.remove("is-dark");
    if (state !== "live") this.grade(null);
    if (state !== "ended") return;
    this.told(this.sessionId);
    this.close();
  }

  /** told says that the chat goes on, if it does: the end of the media may be that of the session. */
  private told(sessionId: string): void {
    setTimeout(() => {
      const s = this.store.sessions.get(sessionId);
      if (s && s.state !== "wrapping") toast(t("call.ended"));
    }, SETTLES);
  }

  private grade(q: Quality | null): void {
    for (const bars of [this.bars, this.chipBars]) bars.show(q);
  }

  private async setDark(off: boolean): Promise<void> {
    this.self.classList.toggle("is-off", off);
    if ((await this.phone?.setCamera(!off)) === false && !off) {
      this.cam.turn(true);
      this.self.classList.add("is-off");
    }
  }

  private fill(): void {
    void (document.fullscreenElement ? document.exitFullscreen() : this.el.requestFullscreen());
  }

  private retry(): void {
    const { sessionId, callId } = this;
    this.close();
    this.left = "";
    void this.take(sessionId, callId, undefined, true);
  }

  /** wake makes sure of the media when the line to the server is back: the server may be a new one. */
  wake(): void {
    this.phone?.wake();
  }

  /** end hangs up the media only; the session goes on as a chat. */
  private end(tell = true): void {
    if (!this.phone) return;
    if (tell) this.line.hangup(this.sessionId, this.callId);
    this.close();
  }

  private stolen(): void {
    const callId = this.callId;
    this.close();
    if (!callId) return;
    this.left = "";
    this.away.set(callId, 0);
    this.show();
  }

  /** close takes the stage down. */
  private close(): void {
    const phone = this.phone;
    this.phone = null;
    phone?.hangup();
    this.hold.drop();
    if (document.fullscreenElement === this.el) void document.exitFullscreen();
    if (this.callId) this.left = this.callId;
    this.callId = this.sessionId = "";
    for (const c of [this.mic, this.cam]) c.turn(false);
    this.self.classList.remove("is-off");
    this.remote.srcObject = this.own.srcObject = this.sound.srcObject = null;
    this.show();
  }

  /** show puts the stage on when the session in the middle has the media, and a strip when another tab has it. */
  show(): void {
    const s = this.store.current();
    const here = !!this.phone && s?.sessionId === this.sessionId;
    const there = !here && !!s && open(s) && this.away.has(s.callId!);
    this.el.hidden = !here && !there;
    this.el.classList.toggle("is-away", there);
    if (s) this.face.replaceChildren(icon("user"), name(s));
    if (there) this.note.say(t("call.elsewhere"), t("call.here"), () => void this.take(s.sessionId, s.callId!, undefined, true));
    else if (here && this.note.asked) this.say(this.phone!.state);
    this.chip.hidden = !this.phone || here;
  }

  private tick(): void {
    for (const c of this.store.sessions.values()) this.rejoin(c);
    const s = this.store.sessions.get(this.sessionId);
    if (!this.phone) return;
    if (!s) return void (this.seen === this.sessionId && this.close()); // it is over, without a wrap-up
    this.seen = s.sessionId;
    this.time.textContent = this.chipTime.textContent = clock((this.store.now() - Date.parse(s.talkAt ?? s.since)) / 1000);
    if (s.state === "wrapping") this.close();
  }

  /** look finds calls that no tab has any more, so that closing the tab of a call does not lose it. */
  private async look(): Promise<void> {
    for (const [callId, free] of this.away) {
      const of = [...this.store.sessions.values()].find((s) => s.callId === callId);
      if (!of) this.away.delete(callId);
      else if (await Hold.held(callId)) this.away.set(callId, 0);
      else if (free < FREE) this.away.set(callId, free + 1);
      else this.away.delete(callId); // rejoin does the rest
    }
  }
}

/** open tells whether a session has media that could be played. */
function open(s: Session): boolean {
  return !!s.callId && s.media !== "text" && s.state !== "wrapping";
}
