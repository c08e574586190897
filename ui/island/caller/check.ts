// The device check: one's own picture, the microphone's level, other devices, and what to do when there are none.

import { listDevices, meter, preview, type DeviceProblem } from "../phone";
import { t } from "../page";
import { draw, one } from "./page";

/** Check is the screen before the call. The stream it opened goes on into the call. */
export class Check {
  stream: MediaStream | null = null;
  problem: DeviceProblem | null = null;
  private readonly root = one('[data-show="check"]');
  private readonly mirror = one("[data-mirror]", this.root);
  private readonly video = one<HTMLVideoElement>("[data-preview]", this.root);
  private readonly again = one<HTMLButtonElement>("[data-again]", this.root);
  private readonly camera = one<HTMLSelectElement>('[name="camera"]', this.root);
  private readonly microphone = one<HTMLSelectElement>('[name="microphone"]', this.root);
  private quiet: (() => void) | null = null;
  private round = 0;

  constructor(private readonly withVideo: boolean) {
    this.again.addEventListener("click", () => void this.open());
    for (const s of [this.camera, this.microphone]) s.addEventListener("change", () => void this.open());
    this.video.addEventListener("playing", () => (this.mirror.dataset.state = "seen"));
  }

  /** chosen is which devices were picked; empty is the browser's choice. */
  get chosen(): { camera: string; microphone: string } {
    return { camera: this.camera.value, microphone: this.microphone.value };
  }

  /** open asks for the devices and shows them, or says calmly why it cannot. */
  async open(): Promise<void> {
    this.close();
    const mine = this.round;
    this.say("asking", "video", t("caller.script.check.asking"));
    const opened = await preview({ audio: true, video: this.withVideo, ...this.chosen });
    if (mine !== this.round) return opened.stream?.getTracks().forEach((track) => track.stop());
    this.stream = opened.stream;
    this.problem = opened.problem;
    if (opened.stream) this.listen(opened.stream);
    if (opened.stream?.getVideoTracks().length) {
      this.video.srcObject = opened.stream;
      this.say("opened", "video", t("caller.script.check.good"));
    } else this.dark(opened);
    this.lead(this.stream ? (this.withVideo ? "video" : "audio") : "text");
    await this.list();
  }

  /** ready tells whether a call can be started, asking for the devices once more when they were refused. */
  async ready(): Promise<boolean> {
    if (!this.stream) await this.open();
    return this.stream !== null;
  }

  /** close lets go of the devices. */
  close(): void {
    this.round++;
    this.quiet?.();
    this.quiet = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = this.video.srcObject = null;
    one("[data-level]", this.root).hidden = true;
  }

  /** dim lets go of the camera alone. */
  dim(): void {
    this.stream?.getVideoTracks().forEach((track) => (track.stop(), this.stream!.removeTrack(track)));
  }

  /** take gives the stream away: it lives on in the call. One that has lost a device is of no use, and let go. */
  take(): MediaStream | null {
    this.quiet?.();
    this.quiet = null;
    const { stream } = this;
    this.stream = null;
    if (stream?.getTracks().every((track) => track.readyState === "live")) return stream;
    stream?.getTracks().forEach((track) => track.stop());
    return null;
  }

  /** dark is for when there is no picture, wanted or not. */
  private dark(opened: { stream: MediaStream | null; problem: DeviceProblem | null }): void {
    const words = opened.problem ? t(`call.${opened.problem}`) : t("caller.script.check.soundOnly");
    this.say(opened.problem ? "refused" : "sound", opened.problem ? "video-off" : "mic", words);
  }

  private say(state: string, icon: string, words: string): void {
    this.mirror.dataset.state = state;
    draw(one("[data-mirror-icon]", this.root), icon);
    one("[data-mirror-text]", this.root).textContent = words;
    this.again.hidden = state !== "refused";
  }

  /** lead puts the way that works now before the others: without a camera or microphone that is writing. */
  private lead(media: string): void {
    for (const b of this.root.querySelectorAll<HTMLElement>("[data-start]")) {
      b.classList.toggle("btn-primary", b.dataset.start === media);
      b.classList.toggle("btn-secondary", b.dataset.start !== media);
    }
  }

  private listen(stream: MediaStream): void {
    if (!stream.getAudioTracks().length) return;
    const level = one("[data-level]", this.root);
    const bars = [...level.querySelectorAll("i")];
    level.hidden = false;
    this.quiet = meter(stream, (x) => bars.forEach((b, i) => b.classList.toggle("on", x * bars.length > i + 0.3)));
  }

  private async list(): Promise<void> {
    const all = await listDevices();
    this.fill(this.camera, all.filter((d) => d.kind === "videoinput"));
    this.fill(this.microphone, all.filter((d) => d.kind === "audioinput"));
    one("[data-devices]", this.root).hidden = !this.stream || Math.max(this.camera.options.length, this.microphone.options.length) < 3;
  }

  private fill(select: HTMLSelectElement, devices: MediaDeviceInfo[]): void {
    const was = select.value;
    const named = devices.filter((d) => d.deviceId && d.deviceId !== "default" && d.deviceId !== "communications");
    select.replaceChildren(
      new Option(t("caller.script.device"), ""),
      ...named.map((d, i) => new Option(d.label || t("caller.script.device.n", { n: i + 1 }), d.deviceId)),
    );
    select.value = named.some((d) => d.deviceId === was) ? was : "";
    (select.closest(".field") as HTMLElement).hidden = named.length < 2;
  }
}
