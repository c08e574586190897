// The ring: a soft two-tone made here, the title, and a system notification when the page is hidden. It is a
// projection of the pending offers: no offers, no ring.

import { t } from "./dom";
import type { Offer } from "./types";

const PERIOD = 2.4; // seconds from one ring to the next
const RING = [
  { hz: 659, at: 0, lasts: 0.35, volume: 0.16 },
  { hz: 784, at: 0.4, lasts: 0.5, volume: 0.16 },
];
const CHIME = [{ hz: 880, at: 0, lasts: 0.12, volume: 0.08 }];

/** Ring sounds while there are offers. */
export class Ring {
  private audio: AudioContext | null = null;
  private looping: AudioBufferSourceNode | null = null;
  private readonly notes = new Map<string, Notification>();
  private readonly title = document.title;

  /** changed is called when the browser lets us ring, or no longer. */
  constructor(private readonly changed: () => void) {}

  /** unlock readies the sound; browsers want a gesture for it. */
  async unlock(): Promise<void> {
    if (!this.audio) {
      this.audio = new AudioContext();
      this.audio.onstatechange = () => this.changed();
    }
    // Where there is no sound device at all this promise may stay open for ever.
    await Promise.race([this.audio.resume(), new Promise((go) => setTimeout(go, 500))]);
  }

  /** ready tells whether the browser lets us ring. */
  ready(): boolean {
    return this.audio?.state === "running";
  }

  /** notify asks whether a hidden page may show notifications. */
  notify(): void {
    if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
  }

  /** show rings for the given offers, or falls silent; the title tells of them and of what was not read. */
  show(offers: Offer[], unread: number): void {
    const ringing = offers.length > 0;
    document.title = ringing ? `● ${t("desk.ring.title", { name: name(offers[0]) })}` : unread ? `(${unread}) ${this.title}` : this.title;
    if (!ringing) this.stop();
    else if (!this.looping) this.start();
    this.tell(offers);
  }

  /** chime is one short tone, for a new message. */
  chime(): void {
    this.play(CHIME, 0.2);
  }

  /** sound plays one ring, for a test. */
  sound(): void {
    this.play(RING, PERIOD);
  }

  /** start rings in a loop on the sound's own clock: timers of a hidden page may sleep for a minute. */
  private start(): void {
    this.looping = this.play(RING, PERIOD);
    if (this.looping) this.looping.loop = true;
  }

  private stop(): void {
    this.looping?.stop();
    this.looping = null;
  }

  private play(tones: typeof RING, seconds: number): AudioBufferSourceNode | null {
    if (!this.audio || !this.ready()) return null;
    const source = this.audio.createBufferSource();
    source.buffer = tune(this.audio, tones, seconds);
    source.connect(this.audio.destination);
    source.start();
    return source;
  }

  /** tell keeps one notification for each offer as long as it rings, if the page cannot be seen. */
  private tell(offers: Offer[]): void {
    for (const [id, note] of this.notes) {
      if (offers.some((o) => o.offerId === id)) continue;
      note.close();
      this.notes.delete(id);
    }
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    for (const o of offers) {
      if (this.notes.has(o.offerId)) continue;
      const note = new Notification(t("desk.ring.title", { name: name(o) }), { body: why(o), tag: o.offerId, requireInteraction: true });
      note.onclick = () => window.focus();
      this.notes.set(o.offerId, note);
    }
  }
}

/** tune draws tones into a buffer: a short rise, then a fall to nothing. */
function tune(audio: AudioContext, tones: typeof RING, seconds: number): AudioBuffer {
  const buffer = audio.createBuffer(1, Math.ceil(seconds * audio.sampleRate), audio.sampleRate);
  const samples = buffer.getChannelData(0);
  for (const { hz, at, lasts, volume } of tones) {
    const first = Math.round(at * audio.sampleRate);
    const count = Math.round(lasts * audio.sampleRate);
    for (let i = 0; i < count; i++) {
      const s = i / audio.sampleRate;
      samples[first + i] = volume * Math.min(1, s / 0.03) * Math.exp((-5 * s) / lasts) * Math.sin(2 * Math.PI * hz * s);
    }
  }
  return buffer;
}

/** name is how a caller is called on the desk. */
export function name(o: { caller: { nickname: string; id: string } }): string {
  return o.caller.nickname || t("desk.visitor", { id: o.caller.id.slice(-4) }).trim();
}

/** why is what a caller came for: the branches taken, or else the group. */
export function why(o: { path: { label: string }[] | null; group: string }): string {
  return (o.path ?? []).map((p) => p.label).join(" › ") || o.group;
}
