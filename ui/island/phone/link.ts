// One RTCPeerConnection to the server, with one line of audio and at most one of video, both ways.

/** What a link tells. */
export interface LinkEvents {
  state(s: RTCPeerConnectionState): void;
  stream(s: MediaStream): void;
  candidate(c: RTCIceCandidate): void;
}

const MOST = 1_500_000; // bits per second of video: 720p looks right with it, and a mobile line takes it

/** Link is made anew for every connection; a change of networks only restarts it. */
export class Link {
  readonly remote = new MediaStream();
  private readonly pc: RTCPeerConnection;
  private readonly lines: Partial<Record<"audio" | "video", RTCRtpTransceiver>> = {};
  private certificate = "";
  private waiting: RTCIceCandidate[] | null = []; // addresses of ours found before the answer; null: it is there
  private lived = false; // it was up once
  private lite = false; // the server needs none of them

  constructor(video: boolean, local: MediaStream | null, iceServers: RTCIceServer[], private readonly on: LinkEvents) {
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.add("audio", local);
    if (video) this.add("video", local);
    this.pc.onconnectionstatechange = () => {
      this.lived ||= this.up;
      on.state(this.pc.connectionState);
    };
    this.pc.onicecandidate = (e) => e.candidate?.candidate && this.found(e.candidate);
    this.pc.ontrack = (e) => {
      this.remote.addTrack(e.track);
      on.stream(this.remote);
    };
  }

  /** add makes a line that carries both ways from the start, with a track or without: a camera may come later. */
  private add(kind: "audio" | "video", local: MediaStream | null): void {
    const track = local?.getTracks().find((t) => t.kind === kind);
    const line = this.pc.addTransceiver(track ?? kind, { direction: "sendrecv", streams: local ? [local] : [] });
    if (kind === "video") {
      line.setCodecPreferences?.(preferred(RTCRtpReceiver.getCapabilities("video")?.codecs ?? []));
      const p = line.sender.getParameters();
      if (p.encodings?.[0]) p.encodings[0].maxBitrate = MOST;
      void line.sender.setParameters(p).catch(() => undefined);
    }
    this.lines[kind] = line;
  }

  /** offer makes the SDP of a first offer, or of one that finds a new way through the network. */
  async offer(restart: boolean): Promise<string> {
    const o = await this.pc.createOffer({ iceRestart: restart });
    await this.pc.setLocalDescription(o);
    return this.pc.localDescription!.sdp;
  }

  /**
   * answer takes the server's answer. It gives false for the answer of a server that does not know this connection
   * any more, after its restart for example: only a new link helps then.
   */
  async answer(sdp: string): Promise<boolean> {
    const certificate = /^a=fingerprint:(.*)$/m.exec(sdp)?.[1] ?? "";
    if (this.certificate && this.certificate !== certificate) return false;
    this.certificate = certificate;
    await this.pc.setRemoteDescription({ type: "answer", sdp });
    const found = this.waiting ?? [];
    this.waiting = null;
    this.lite = /^a=ice-lite/m.test(sdp);
    found.forEach((c) => this.found(c));
    return true;
  }

  private found(c: RTCIceCandidate): void {
    if (this.waiting) this.waiting.push(c);
    else if (!this.lite) this.on.candidate(c);
  }

  /** candidate adds an address of the server that came later. */
  async candidate(c: RTCIceCandidateInit): Promise<void> {
    await this.pc.addIceCandidate(c).catch(() => undefined); // of an answer that has been replaced
  }

  /** put sends another track, or none, without negotiating. */
  async put(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    await this.lines[kind]?.sender.replaceTrack(track);
  }

  /** up tells whether media can flow. */
  get up(): boolean {
    return this.pc.connectionState === "connected";
  }

  /** strange tells, of a link that failed, that the two sides reached each other but could not agree on encrypting. */
  get strange(): boolean {
    return !this.lived && /connected|completed/.test(this.pc.iceConnectionState);
  }

  /** stats are the browser's counters. */
  stats(): Promise<RTCStatsReport> {
    return this.pc.getStats();
  }

  /** close ends the connection; it tells nothing any more. */
  close(): void {
    this.pc.onconnectionstatechange = this.pc.onicecandidate = this.pc.ontrack = null;
    this.pc.close();
  }
}

/** preferred puts H.264 that everybody can do first, then other H.264, then the rest as it was. */
function preferred(codecs: RTCRtpCodec[]): RTCRtpCodec[] {
  const rank = (c: RTCRtpCodec) => {
    if (!/h264/i.test(c.mimeType)) return 2;
    const f = c.sdpFmtpLine ?? "";
    return /packetization-mode=1/.test(f) && /profile-level-id=42e01f/i.test(f) ? 0 : 1;
  };
  return codecs.map((c, i) => ({ c, i })).sort((a, b) => rank(a.c) - rank(b.c) || a.i - b.i).map((x) => x.c);
}
