// Our own sound and picture during a call: muted, dark, from another device, without the call noticing.

import { type DeviceProblem, type Wanted, constraints, open, problemOf } from "./devices";

type Kind = "audio" | "video";

/** What Own tells the call. */
export interface OwnEvents {
  changed(stream: MediaStream | null): void;
  problem(p: DeviceProblem): void;
  put(kind: Kind, track: MediaStreamTrack | null): Promise<void>; // sends another track from now on
}

/** Own holds camera and microphone of one call. */
export class Own {
  stream: MediaStream | null = null;
  private want: Wanted = {};
  private muted = false;
  private dark = false;
  private closed = false;

  constructor(private readonly on: OwnEvents) {}

  /** open opens what is wanted, or takes stream for it. It gives the problem when nothing could be had. */
  async open(want: Wanted & { stream?: MediaStream }): Promise<DeviceProblem | null> {
    this.want = want;
    const opened = want.stream ? { stream: want.stream, problem: null } : await open(want);
    if (this.closed) opened.stream?.getTracks().forEach((t) => t.stop());
    else if (opened.problem) this.on.problem(opened.problem);
    if (this.closed || !opened.stream) return opened.problem ?? "camera.failed";
    this.take(opened.stream);
    return null;
  }

  /** setMuted stops or lets out our sound. */
  setMuted(on: boolean): void {
    this.muted = on;
    this.stream?.getAudioTracks().forEach((t) => (t.enabled = !on));
  }

  /** setCamera turns the camera on or off; off, its light is out. It gives false when it does not open. */
  async setCamera(on: boolean): Promise<boolean> {
    this.dark = !on;
    return on ? this.change("video") : (await this.swap("video", null), true);
  }

  /** use goes over to another device; false when it does not open. */
  async use(kind: Kind, deviceId: string): Promise<boolean> {
    if (kind === "video") this.want.camera = deviceId;
    else this.want.microphone = deviceId;
    return kind === "video" && this.dark ? true : this.change(kind);
  }

  /** close frees the devices. */
  close(): void {
    this.closed = true;
    this.stream?.getTracks().forEach((t) => t.stop());
    this.stream = null;
    this.on.changed(null);
  }

  /** change opens the device of a kind anew and puts it in the place of the present one. */
  private async change(kind: Kind): Promise<boolean> {
    const wanted = kind === "video" ? { video: true, camera: this.want.camera } : { audio: true, microphone: this.want.microphone };
    try {
      const stream = await navigator.mediaDevices.getUserMedia(constraints(wanted));
      if (this.closed || (kind === "video" && this.dark)) return stream.getTracks().forEach((t) => t.stop()), false;
      await this.swap(kind, stream.getTracks()[0]);
      return true;
    } catch (e) {
      if (!this.closed) this.on.problem(problemOf(e));
      return false;
    }
  }

  private async swap(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
    const all = this.stream?.getTracks() ?? [];
    const others = all.filter((t) => t.kind !== kind);
    all.filter((t) => t.kind === kind).forEach((t) => t.stop());
    this.take(new MediaStream(track ? [...others, track] : others));
    await this.on.put(kind, track);
  }

  private take(stream: MediaStream): void {
    this.stream = stream;
    this.setMuted(this.muted);
    for (const t of stream.getTracks()) {
      t.onended = () => this.gone(t.kind as Kind); // pulled out; our own stop() does not come here
    }
    this.on.changed(stream);
  }

  /** gone falls back to the browser's choice when a device was pulled out. */
  private gone(kind: Kind): void {
    if (!this.closed) void this.use(kind, "");
  }
}
