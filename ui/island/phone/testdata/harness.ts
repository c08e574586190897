// The page of the phone's tests: a caller page with nothing on it but two pictures, and questions a test may ask.

import { Phone, listDevices, meter, preview } from "../../phone";
import { Gauge, bars } from "../quality";

const query = new URLSearchParams(location.search);
const leg = query.get("leg") ?? "";
const self = document.querySelector<HTMLVideoElement>("#self")!;
const remote = document.querySelector<HTMLVideoElement>("#remote")!;

const phone = new Phone({
  async send(frame) {
    const answer = await fetch("/frame", { method: "POST", body: JSON.stringify(frame) });
    const body = await answer.json();
    if (!answer.ok) throw body;
    return body;
  },
  ticket: async (callId) => (await fetch(`/ticket?call=${callId}&leg=${leg}`)).json(),
});

const lab = {
  phone,
  Phone,
  Gauge,
  bars,
  listDevices,
  preview,
  meter,
  states: [] as string[],
  problems: [] as string[],
  moves: [] as boolean[],
  quality: null as any,

  /** join with what is kept from before a reload, or with a ticket. */
  async join(want: object): Promise<string> {
    const ticket = Phone.resumable(query.get("call")!) ?? (await (await fetch(`/ticket?call=${query.get("call")}&leg=${leg}`)).json());
    ticket.media = query.get("media") ?? "video";
    return phone.join(ticket, { audio: true, video: ticket.media === "video", ...want }).then(() => "", (e) => String(e.message));
  },

  /** until waits for something to become true. */
  async until(f: () => unknown, ms = 10_000): Promise<boolean> {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(30)) if (await f()) return true;
    return false;
  },

  /** state waits for a state of the phone; it gives the state there is in the end. */
  async state(want: string, ms = 20_000): Promise<string> {
    await lab.until(() => phone.state === want, ms);
    return phone.state;
  },

  /** moving tells how much of the other party's picture changes within half a second, 0 to 255 a pixel. */
  async moving(video = remote): Promise<number> {
    const a = frame(video);
    await sleep(500);
    const b = frame(video);
    if (!a || !b) return -1;
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
    return sum / a.length;
  },

  /** loudest is the loudest moment of the other party's decoded sound within a time. */
  async loudest(ms = 1500): Promise<number> {
    let most = 0;
    const stop = meter(remote.srcObject as MediaStream, (l) => (most = Math.max(most, l)));
    await sleep(ms);
    stop();
    return most;
  },

  /** facts are what the browser says of the connection. */
  async facts(): Promise<any> {
    const o: any = { data: 0, in: {}, out: {} };
    (await phone.stats())?.forEach((s: any) => {
      if (s.type === "transport") o.cipher = s.srtpCipher;
      if (s.type === "data-channel" || s.type === "sctp-transport") o.data++;
      if (s.type === "inbound-rtp") o.in[s.kind] = { ssrc: s.ssrc, packets: s.packetsReceived, energy: s.totalAudioEnergy ?? 0, frames: s.framesDecoded ?? 0, codec: s.codecId, nack: s.nackCount };
      if (s.type === "outbound-rtp") o.out[s.kind] = { packets: s.packetsSent, frames: s.framesEncoded ?? 0, codec: s.codecId, width: s.frameWidth, target: s.targetBitrate, rtx: s.retransmittedPacketsSent };
    });
    (await phone.stats())?.forEach((s: any) => {
      if (s.type !== "codec") return;
      for (const side of [o.in, o.out]) for (const kind of Object.values<any>(side)) if (kind.codec === s.id) kind.codec = s.mimeType;
    });
    return o;
  },
};

function frame(video: HTMLVideoElement): Uint8ClampedArray | null {
  if (!video.videoWidth) return null;
  const canvas = new OffscreenCanvas(64, 36);
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.drawImage(video, 0, 0, 64, 36);
  return pen.getImageData(0, 0, 64, 36).data;
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

phone.on("state", (s) => lab.states.push(s));
phone.on("problem", (p) => lab.problems.push(p));
phone.on("remotevideo", (m) => lab.moves.push(m));
phone.on("quality", (q) => (lab.quality = q));
phone.on("localstream", (s) => (self.srcObject = s));
phone.on("remotestream", (s) => {
  remote.srcObject = s;
  void remote.play().catch(() => undefined);
});
if (leg) new EventSource(`/signals?leg=${leg}`).onmessage = (e) => phone.handle(JSON.parse(e.data));
Object.assign(window, { lab });
