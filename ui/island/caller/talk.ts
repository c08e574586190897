// The talk: the agent's picture, one's own upon it, what can be done with the media, and the chat as a sheet.

import { duration, t } from "../page";
import { listDevices, type Phone, type PhoneState, type Quality } from "../phone";
import type { View } from "./api";
import { face, one } from "./page";
import { movable } from "./self";

/** What a talk asks of the visit. */
export interface Deeds {
  end(): void;
  retry(): void;
}

/** Talk draws one talk. Its kind is text as soon as no media is left. */
export class Talk {
  private readonly root = one('[data-show="talk"]');
  private readonly remote = one<HTMLVideoElement>("[data-remote]", this.root);
  private readonly sound = one<HTMLAudioElement>("[data-sound]", this.root);
  private readonly self = one("[data-self]", this.root);
  private readonly note = one("[data-note]", this.root);
  private readonly retry = one<HTMLButtonElement>("[data-retry]", this.root);
  private readonly unblock = one<HTMLButtonElement>("[data-unblock]", this.root);
  private readonly signal = one("[data-signal]", this.root);
  private readonly badge = one("[data-unread]", this.root);
  private phone: Phone | null = null;
  private view: View | null = null;
  private since = 0;
  private unread = 0;
  private over = ""; // the call that was hung up
  private seen = false; // whether there is a stream of our own
  private facing = 0;

  constructor(private readonly deeds: Deeds) {
    movable(this.self);
    for (const b of this.root.querySelectorAll<HTMLButtonElement>("[data-do]")) b.addEventListener("click", () => this.press(b));
    one("[data-end]", this.root).addEventListener("click", () => deeds.end());
    one("[data-sheet-close]", this.root).addEventListener("click", () => this.sheet(false));
    this.root.addEventListener("keydown", (e) => e.key === "Escape" && this.open && this.sheet(false));
    this.retry.addEventListener("click", () => deeds.retry());
    this.unblock.addEventListener("click", () => void this.play());
    setInterval(() => this.count(), 1000);
    setInterval(() => this.loud(), 250);
  }

  /** open tells whether the chat is in sight. */
  get open(): boolean {
    return this.root.dataset.kind === "text" || this.root.classList.contains("with-chat") || matchMedia("(min-width: 900px)").matches;
  }

  /** show draws the talk; since is when it began, in ms since 1970. */
  show(v: View, since: number): void {
    this.view = v;
    this.since = since;
    const name = v.agent?.name || t("caller.script.talk.agent");
    one("[data-name]", this.root).textContent = name;
    for (const el of this.root.querySelectorAll<HTMLElement>("[data-face], [data-face-small]")) face(el, name, v.agent?.number ?? name);
    this.kind();
    this.count();
  }

  /** ring shows a phone on the stage, or with null takes it down. */
  ring(phone: Phone | null): void {
    this.phone = phone;
    this.toggle("mute", false);
    this.toggle("camera", false);
    this.signal.hidden = true;
    if (!phone) {
      this.over = this.view?.callId ?? "";
      this.remote.srcObject = this.sound.srcObject = this.mirror().srcObject = null;
      this.self.hidden = this.unblock.hidden = true;
      return this.kind();
    }
    phone.on("localstream", (s) => this.mine(s));
    phone.on("remotestream", (s) => this.theirs(s));
    phone.on("remotevideo", (on) => this.root.classList.toggle("no-picture", !on));
    phone.on("state", (s) => this.state(s));
    phone.on("quality", (q) => this.quality(q));
    this.state("connecting");
    this.kind();
  }

  /** missed counts a message that came while the chat was out of sight. */
  missed(): void {
    if (this.open) return;
    this.badge.textContent = `${Math.min(99, ++this.unread)}`;
    this.badge.hidden = false;
    this.label("chat", t("caller.script.talk.unread", { n: this.unread }));
  }

  /** sheet brings the chat up or down. */
  sheet(up: boolean): void {
    this.root.classList.toggle("with-chat", up);
    const b = this.control("chat");
    b.setAttribute("aria-expanded", `${up}`);
    if (!up) return b.focus();
    this.unread = 0;
    this.badge.hidden = true;
    this.label("chat", t("caller.talk.chat"));
    one<HTMLTextAreaElement>("textarea", this.root).focus({ preventScroll: true });
  }

  private kind(): void {
    const v = this.view;
    const kind = v && (this.phone || (v.callId && v.callId !== this.over)) ? v.media : "text";
    if (kind !== "text" && !this.phone) this.state("connecting"); // a page loaded anew, whose phone is on its way
    if (kind === "text" && this.root.dataset.kind !== "text") this.root.classList.remove("with-chat");
    this.root.dataset.kind = kind;
    this.self.hidden = kind !== "video" || !this.seen;
    this.control("camera").hidden = kind !== "video";
    this.control("flip").hidden = kind !== "video" || !matchMedia("(pointer: coarse)").matches; // phones have two
  }

  /** flip goes over to the next camera. */
  private async flip(): Promise<void> {
    const cameras = (await listDevices()).filter((d) => d.kind === "videoinput" && d.deviceId);
    this.facing = (this.facing + 1) % Math.max(1, cameras.length);
    await this.phone?.switchDevice("video", cameras[this.facing]?.deviceId ?? "");
  }

  private press(b: HTMLButtonElement): void {
    const on = b.getAttribute("aria-pressed") !== "true";
    switch (b.dataset.do) {
      case "mute":
        this.phone?.setMuted(on);
        return this.toggle("mute", on);
      case "camera":
        this.toggle("camera", on);
        void this.phone?.setCamera(!on).then((ok) => ok || this.toggle("camera", true));
        return;
      case "flip":
        return void this.flip();
      case "chat":
        return this.sheet(!this.root.classList.contains("with-chat"));
      case "end":
        return this.deeds.end();
    }
  }

  private toggle(what: "mute" | "camera", off: boolean): void {
    this.control(what).setAttribute("aria-pressed", `${off}`);
    const key = what === "mute" ? (off ? "unmute" : "mute") : off ? "cameraOn" : "cameraOff";
    this.label(what, t(`caller.script.talk.${key}`));
    if (what === "camera") this.self.classList.toggle("dark", off);
  }

  private control(name: string): HTMLButtonElement {
    return one<HTMLButtonElement>(`[data-do="${name}"]`, this.root);
  }

  private label(name: string, words: string): void {
    const b = this.control(name);
    b.setAttribute("aria-label", words);
    b.dataset.tip = words;
  }

  private mirror(): HTMLVideoElement {
    return one<HTMLVideoElement>("video", this.self);
  }

  private mine(s: MediaStream | null): void {
    const track = s?.getVideoTracks()[0];
    this.mirror().srcObject = track ? s : null;
    this.mirror().classList.toggle("ahead", track?.getSettings().facingMode === "environment");
    this.seen = !!s;
    this.self.hidden = this.root.dataset.kind !== "video" || !s;
    this.self.classList.toggle("dark", !track);
  }

  private theirs(s: MediaStream): void {
    this.remote.muted = true; // the sound comes from its own element, with or without a picture
    this.remote.srcObject = this.sound.srcObject = s;
    void this.play();
  }

  /** play starts the sound; after a reload browsers want a touch first. */
  private async play(): Promise<void> {
    try {
      await Promise.all([this.remote.play(), this.sound.play()]);
      this.unblock.hidden = true;
    } catch (e) {
      if ((e as Error).name === "NotAllowedError") this.unblock.hidden = false;
    }
  }

  private state(s: PhoneState): void {
    const words = s === "live" || s === "ended" ? "" : t(`caller.script.talk.${s}`);
    one("span", this.note).textContent = words;
    this.note.hidden = !words;
    this.retry.hidden = s !== "failed";
    this.root.dataset.line = s;
    if (s === "live") this.count();
  }

  private quality(q: Quality): void {
    const n = Math.min(q.local, q.remote);
    this.signal.hidden = false;
    this.signal.className = `signal signal-${n}`;
    this.signal.setAttribute("aria-label", t("caller.script.talk.signal", { n }));
  }

  private count(): void {
    if (!this.view) return;
    const number = this.view.agent?.number ?? "";
    one("[data-under]", this.root).textContent =
      this.root.dataset.kind === "text"
        ? t("caller.script.talk.text", { number })
        : t("caller.script.talk.under", { number, time: duration((Date.now() - this.since) / 1000) });
  }

  /** loud lets the face of a talk without picture breathe with the voice. */
  private loud(): void {
    if (this.root.hidden || this.root.dataset.kind === "text" || !this.phone) return;
    void this.phone.stats().then((stats) => {
      let level = 0;
      stats?.forEach((s) => s.type === "inbound-rtp" && s.kind === "audio" && (level = Math.max(level, s.audioLevel ?? 0)));
      one("[data-face]", this.root).style.setProperty("--loud", `${Math.min(1, level * 3).toFixed(2)}`);
    });
  }
}
