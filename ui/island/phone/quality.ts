// How good a connection is, from what the browser counts: one to four bars for each side.

/** Quality of the last two seconds. Bars are 1 (hardly) to 4 (good). */
export interface Quality {
  local: number; // how the other party gets us
  remote: number; // how we get them
  rtt: number; // ms, to the server and back
  lossIn: number; // 0–1
  lossOut: number; // 0–1
  bitrateIn: number; // bits per second
  bitrateOut: number;
  frozen: number; // seconds the picture stood still
  picture: boolean; // whether pictures arrive at all
}

interface Counted {
  at: number;
  got: number;
  lost: number;
  bytesIn: number;
  bytesOut: number;
  frozen: number;
  frames: number;
}

/** Gauge turns the browser's counters, which only rise, into figures of now. */
export class Gauge {
  private last: Counted | null = null;

  /** read gives the figures since the last reading, null at the first. */
  read(stats: RTCStatsReport): Quality | null {
    const now: Counted = { at: 0, got: 0, lost: 0, bytesIn: 0, bytesOut: 0, frozen: 0, frames: 0 };
    let rtt = 0;
    let lossOut = 0;
    stats.forEach((s) => {
      now.at = Math.max(now.at, s.timestamp);
      if (s.type === "inbound-rtp") {
        now.got += s.packetsReceived ?? 0;
        now.lost += s.packetsLost ?? 0;
        now.bytesIn += s.bytesReceived ?? 0;
        now.frozen += s.totalFreezesDuration ?? 0;
        now.frames += s.framesDecoded ?? 0;
      } else if (s.type === "outbound-rtp") now.bytesOut += s.bytesSent ?? 0;
      else if (s.type === "remote-inbound-rtp") lossOut = Math.max(lossOut, s.fractionLost ?? 0);
      else if (s.type === "candidate-pair" && s.nominated) rtt = (s.currentRoundTripTime ?? 0) * 1000;
    });
    const was = this.last;
    this.last = now;
    if (!was || now.at <= was.at) return null;
    const seconds = (now.at - was.at) / 1000;
    const got = Math.max(0, now.got - was.got);
    const lost = Math.max(0, now.lost - was.lost);
    const lossIn = got + lost > 0 ? lost / (got + lost) : 0;
    const frozen = Math.max(0, now.frozen - was.frozen);
    return {
      local: bars(lossOut, rtt, 0, true),
      remote: bars(lossIn, rtt, frozen / seconds, got > 0),
      rtt, lossIn, lossOut, frozen,
      bitrateIn: (Math.max(0, now.bytesIn - was.bytesIn) * 8) / seconds,
      bitrateOut: (Math.max(0, now.bytesOut - was.bytesOut) * 8) / seconds,
      picture: now.frames > was.frames,
    };
  }
}

/** bars grades: the worst of loss, delay and standing pictures decides; hearing nothing is worst. */
export function bars(loss: number, rtt: number, frozen: number, heard: boolean): number {
  const grade = (x: number, good: number, fair: number, poor: number) => (x <= good ? 4 : x <= fair ? 3 : x <= poor ? 2 : 1);
  return heard ? Math.min(grade(loss, 0.02, 0.05, 0.12), grade(rtt, 250, 500, 900), grade(frozen, 0.05, 0.2, 0.5)) : 1;
}
