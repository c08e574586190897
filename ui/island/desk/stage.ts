// The stage: the caller's picture with the agent's own in its corner, and what can be done with the media.

import { Phone, type Ticket } from "../phone";
import { clock, h, icon, t, toast } from "./dom";
import type { Store } from "./store";
import type { Frame, Session } from "./types";

/** Devices is what the agent chose before going online. */
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

/** Stage holds the one call of the desk. Several sessions may be open, but only one of them has media. */
export class Stage {
  readonly el = h("div", { class: "stage", hidden: true });
  private phone: Phone | null = null;
  private callId = "";
  private sessionId = "";
  private left = ""; // the call that was hung up here
  private unlock: (() => void) | null = null;
  private muted = false;
  private dark = false;
  private readonly remote = h("video", { class: "stage-remote", autoplay: true, playsinline: true, "data-remote": true });
  private readonly self = h("video", { class: "stage-self", autoplay: true, playsinline: true, "data-self": true });
  private readonly sound = h("audio", { autoplay: true });
  private readonly note = h("p", { class: "stage-note", role: "status" });
  private readonly bars = h("span", { class: "stage-bars", "data-level": "0" });
  private readonly time = h("span", { class: "stage-time num" });
  private readonly mic = this.control("mic", "call.mute", () => this.setMuted(!this.muted));
  private readonly cam = this.control("video", "call.cameraOff", () => this.setDark(!this.dark));

  constructor(
    private readonly store: Store,
    private readonly line: Line,
    private readonly devices: () => Devices,
  ) {
    this.self.muted = true;
    for (let i = 0; i < 4; i++) this.bars.append(h("i"));
    const full = this.control("maximize", "call.full", () => void (document.fullscreenElement ? document.exitFullscreen() : this.el.requestFullscreen()));
    const end = this.control("phone-off", "call.hangup", () => this.end());
    end.classList.add("is-end");
    this.el.append(
      this.remote,
      this.note,
      this.self,
      this.sound,
      h("div", { class: "stage-head" }, this.time, this.bars),
      h("div", { class: "stage-bar" }, this.mic, this.cam, full, end),
    );
    setInterval(() => this.tick(), 500);
  }

  private control(name: string, key: string, deed: () => void): HTMLButtonElement {
    return h("button", { class: "stage-btn", type: "button", "aria-label": t(key), "data-tip": t(key), "data-deed": key, onclick: deed }, icon(name));
  }

  /** live tells whether a call is up or coming up. */
  live(): boolean {
    return this.phone !== null;
  }

  /** frame takes the frames that are about media. */
  frame(f: Frame): void {
    if (f.type === "media.ticket" && f.data.role === "agent") void this.join(f.data);
    else if (f.type.startsWith("media.")) this.phone?.handle(f);
  }

  /** rejoin brings the media back after the page was loaded anew. */
  rejoin(s: Session): void {
    if (this.phone || !s.callId || s.callId === this.left || s.media === "text" || s.state === "wrapping") return;
    const kept = Phone.resumable(s.callId);
    if (kept) void this.join({ ...kept, sessionId: s.sessionId });
  }

  /** join brings the agent's leg up. Of several tabs the first one has the media; it holds the lock as long as the call. */
  private async join(ticket: Ticket & { sessionId: string }): Promise<void> {
    if (this.callId === ticket.callId) return;
    const mine = await new Promise<boolean>((got) => {
      void navigator.locks.request(`foyer.call.${ticket.callId}`, { ifAvailable: true }, (lock) => {
        got(!!lock);
        return lock ? new Promise<void>((over) => (this.unlock = over)) : undefined;
      });
    });
    if (!mine) return toast(t("call.elsewhere"));
    this.close("");
    this.callId = ticket.callId;
    this.sessionId = ticket.sessionId;
    const phone = new Phone({ send: (f) => this.line.send(f), ticket: () => this.line.ticket(ticket.sessionId) });
    this.phone = phone;
    phone.on("localstream", (s) => (this.self.srcObject = s));
    phone.on("remotestream", (s) => this.play(s));
    phone.on("remotevideo", (moves) => this.el.classList.toggle("is-dark", !moves));
    phone.on("state", (state) => phone === this.phone && this.say(state));
    phone.on("quality", (q) => (this.bars.dataset.level = String(q.remote)));
    phone.on("problem", (code) => toast(t(`call.${code}`), "bad"));
    const video = ticket.media === "video";
    this.el.classList.toggle("is-audio", !video);
    this.cam.hidden = !video;
    this.show();
    try {
      await phone.join(ticket, { audio: true, video, ...this.devices() });
    } catch {
      this.say("failed");
    }
  }

  private play(s: MediaStream): void {
    this.remote.srcObject = s;
    this.sound.srcObject = s;
    this.remote.muted = true; // the audio element plays the sound, with or without a picture
    void this.sound.play().catch(() => undefined);
  }

  private say(state: string): void {
    this.el.dataset.state = state;
    this.note.textContent = state === "live" ? "" : t(`call.state.${state}`);
    if (state === "ended") this.close(t("call.ended"));
  }

  private setMuted(on: boolean): void {
    this.muted = on;
    this.phone?.setMuted(on);
    this.press(this.mic, on, "mic", on ? "call.unmute" : "call.mute");
  }

  private setDark(on: boolean): void {
    this.dark = on;
    void this.phone?.setCamera(!on);
    this.press(this.cam, on, "video", on ? "call.cameraOn" : "call.cameraOff");
  }

  private press(b: HTMLButtonElement, on: boolean, name: string, key: string): void {
    b.replaceChildren(icon(on ? `${name}-off` : name));
    b.setAttribute("aria-label", t(key));
    b.dataset.tip = t(key);
    b.classList.toggle("is-off", on);
  }

  /** end hangs up the media only; the session goes on as a chat. */
  end(): void {
    if (!this.phone) return;
    this.line.hangup(this.sessionId, this.callId);
    this.close("");
  }

  /** close takes the stage down. */
  close(words: string): void {
    if (words) toast(words);
    const phone = this.phone;
    this.phone = null;
    phone?.hangup();
    this.unlock?.();
    this.unlock = null;
    if (this.callId) this.left = this.callId;
    this.callId = this.sessionId = "";
    this.muted = this.dark = false;
    this.press(this.mic, false, "mic", "call.mute");
    this.press(this.cam, false, "video", "call.cameraOff");
    this.remote.srcObject = this.self.srcObject = this.sound.srcObject = null;
    this.show();
  }

  /** show puts the stage on when the session in the middle has the media. */
  show(): void {
    const s: Session | undefined = this.store.current();
    this.el.hidden = !this.phone || s?.sessionId !== this.sessionId;
  }

  private tick(): void {
    const s = this.store.sessions.get(this.sessionId);
    if (!s || !this.phone) return;
    this.time.textContent = clock((this.store.now() - Date.parse(s.talkAt ?? s.since)) / 1000);
    if (s.state === "wrapping") this.close("");
  }
}
