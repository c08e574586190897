// The check before going online: picture, microphone, ring. It is also where devices are chosen later.

import { listDevices, meter, preview } from "../phone";
import { must, t } from "./dom";
import type { Ring } from "./ring";
import type { Devices } from "./stage";

const KEEP = "foyer.devices";

/** Ready runs the dialog. */
export class Ready {
  private stream: MediaStream | null = null;
  private quiet: () => void = () => undefined;
  private round = 0; // of opening devices; what an earlier one opens late is let go
  private filled = false; // the lists show devices, so their values are choices
  private readonly dialog = must<HTMLDialogElement>("desk-ready");
  private readonly camera = must<HTMLSelectElement>("desk-camera");
  private readonly microphone = must<HTMLSelectElement>("desk-microphone");

  /** online tells whether the agent is online; done hears of what was chosen, after the check. */
  constructor(ring: Ring, private readonly online: () => boolean, done: (chosen: Devices) => void) {
    new MutationObserver(() => (this.dialog.open ? void this.start() : this.stop())).observe(this.dialog, { attributeFilter: ["open"] });
    for (const s of [this.camera, this.microphone]) s.addEventListener("change", () => void this.start());
    must("desk-test-ring").addEventListener("click", async () => {
      await ring.unlock();
      ring.sound();
    });
    must("desk-go").addEventListener("click", async () => {
      ring.notify();
      await ring.unlock();
      this.keep();
      this.dialog.close();
      done(this.devices());
    });
  }

  /** open shows the check. */
  open(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** devices is what was chosen last; empty strings are the browser's own choice. */
  devices(): Devices {
    try {
      return { camera: "", microphone: "", ...JSON.parse(localStorage.getItem(KEEP) ?? "{}") };
    } catch {
      return { camera: "", microphone: "" };
    }
  }

  private keep(): void {
    localStorage.setItem(KEEP, JSON.stringify({ camera: this.camera.value, microphone: this.microphone.value }));
  }

  private async start(): Promise<void> {
    this.stop();
    must("desk-go").querySelector("span")!.textContent = t(this.online() ? "desk.ready.save" : "desk.ready.go");
    const chosen = { camera: this.camera.value, microphone: this.microphone.value };
    const want = this.filled ? chosen : this.devices();
    const fault = must("desk-ready-fault");
    const none = must("desk-preview-none");
    fault.hidden = true;
    none.hidden = false;
    none.textContent = t("desk.ready.waiting");
    const mine = ++this.round;
    const seen = await preview({ video: true, audio: true, ...want });
    if (mine !== this.round) return seen.stream?.getTracks().forEach((track) => track.stop());
    this.stream = seen.stream;
    must<HTMLVideoElement>("desk-preview").srcObject = seen.stream;
    none.hidden = !!seen.stream?.getVideoTracks().length;
    if (seen.problem) {
      none.textContent = t("desk.ready.dark");
      fault.hidden = false;
      must("desk-ready-why").textContent = t(`call.${seen.problem}`);
    }
    await this.fill(want);
    this.listen();
  }

  private async fill(want: Devices): Promise<void> {
    const all = await listDevices();
    for (const [select, kind, chosen] of [
      [this.camera, "videoinput", want.camera],
      [this.microphone, "audioinput", want.microphone],
    ] as const) {
      select.replaceChildren(
        new Option(t("desk.ready.default"), ""),
        ...all.filter((d) => d.kind === kind && d.deviceId).map((d, i) => new Option(d.label || `${t("desk.ready.device")} ${i + 1}`, d.deviceId)),
      );
      select.value = chosen;
      if (select.selectedIndex < 0) select.value = ""; // that one is not plugged in
    }
    this.filled = true;
  }

  private listen(): void {
    if (!this.stream?.getAudioTracks().length) return;
    const bar = must("desk-meter");
    this.quiet = meter(this.stream, (level) => {
      bar.setAttribute("aria-valuenow", String(Math.round(level * 100)));
      (bar.firstElementChild as HTMLElement).style.width = `${Math.round(level * 100)}%`;
    });
  }

  private stop(): void {
    this.round++;
    this.quiet();
    this.quiet = () => undefined;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    must<HTMLVideoElement>("desk-preview").srcObject = null;
  }
}
