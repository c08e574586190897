// The ring: a soft two-tone made here, the title, and a system notification when the page is hidden. It is a
// projection of the pending offers: no offers, no ring.

import { t } from "./dom";
import type { Offer } from "./types";

const PERIOD = 2400;

/** Ring sounds while there are offers. */
export class Ring {
  private audio: AudioContext | null = null;
  private timer = 0;
  private title = document.title;
  private note: Notification | null = null;

  /** unlock readies the sound; browsers want a gesture for it. */
  async unlock(): Promise<void> {
    this.audio ??= new AudioContext();
    await this.audio.resume();
    if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
  }

  /** ready tells whether the browser lets us ring. */
  ready(): boolean {
    return this.audio?.state === "running";
  }

  /** show rings for the given offers, or falls silent. */
  show(offers: Offer[]): void {
    if (offers.length === 0) return this.stop();
    document.title = `● ${t("desk.ring.title", { name: name(offers[0]) })}`;
    if (this.timer) return;
    this.sound();
    this.timer = window.setInterval(() => this.sound(), PERIOD);
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      this.note = new Notification(t("desk.ring.title", { name: name(offers[0]) }), {
        body: (offers[0].path ?? []).map((p) => p.label).join(" › ") || offers[0].group,
        tag: offers[0].offerId,
        requireInteraction: true,
      });
      this.note.onclick = () => window.focus();
    }
  }

  /** chime is one short tone, for a new message or a test. */
  chime(): void {
    this.tone(880, 0, 0.12, 0.08);
  }

  /** sound plays one ring. */
  sound(): void {
    this.tone(659, 0, 0.35, 0.16);
    this.tone(784, 0.4, 0.5, 0.16);
  }

  private stop(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    document.title = this.title;
    this.note?.close();
    this.note = null;
  }

  private tone(hz: number, after: number, seconds: number, volume: number): void {
    if (!this.audio || this.audio.state !== "running") return;
    const start = this.audio.currentTime + after;
    const osc = this.audio.createOscillator();
    const gain = this.audio.createGain();
    osc.frequency.value = hz;
    osc.type = "sine";
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, start + seconds);
    osc.connect(gain).connect(this.audio.destination);
    osc.start(start);
    osc.stop(start + seconds);
  }
}

/** name is how a caller is called on the desk. */
export function name(o: { caller: { nickname: string; id: string } }): string {
  return o.caller.nickname || t("desk.visitor", { id: o.caller.id.slice(-4) });
}
