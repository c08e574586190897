// Camera and microphone: which there are, opening them, and what to say when they do not open.

/** Why a device did not open; with "call." before it, a key of the catalogue. */
export type DeviceProblem = "camera.refused" | "camera.none" | "camera.busy" | "camera.insecure" | "camera.failed";

/** What to open. A camera or microphone is a deviceId; empty or left out is the browser's own choice. */
export interface Wanted {
  audio?: boolean;
  video?: boolean;
  camera?: string;
  microphone?: string;
}

/** What was opened. With a problem, stream holds what could be opened in spite of it, or is null. */
export interface Opened {
  stream: MediaStream | null;
  problem: DeviceProblem | null;
}

const PROBLEMS: Record<string, DeviceProblem> = {
  NotAllowedError: "camera.refused",
  SecurityError: "camera.refused",
  NotFoundError: "camera.none",
  OverconstrainedError: "camera.none",
  NotReadableError: "camera.busy",
  AbortError: "camera.busy",
};

/** problemOf names what an error of getUserMedia means. */
export function problemOf(e: unknown): DeviceProblem {
  return PROBLEMS[(e as Error)?.name] ?? "camera.failed";
}

/** listDevices gives cameras, microphones and speakers. Their labels are empty until a device was allowed once. */
export async function listDevices(): Promise<MediaDeviceInfo[]> {
  return (await navigator.mediaDevices?.enumerateDevices()) ?? [];
}

/** constraints asks for a picture that a call needs and a phone can code: 720p, up to 30 a second. */
export function constraints(w: Wanted): MediaStreamConstraints {
  const chosen = (id?: string) => (id ? { deviceId: { exact: id } } : {});
  return {
    audio: !!w.audio && { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...chosen(w.microphone) },
    video: !!w.video && {
      width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 }, facingMode: "user", ...chosen(w.camera),
    },
  };
}

/**
 * open opens what is wanted. A chosen device that is gone gives way to the browser's choice; when the camera does not
 * open, the microphone alone is tried. It never throws.
 */
export async function open(w: Wanted): Promise<Opened> {
  if (!w.audio && !w.video) return { stream: new MediaStream(), problem: null };
  if (!isSecureContext || !navigator.mediaDevices) return { stream: null, problem: "camera.insecure" };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia(constraints(w)), problem: null };
  } catch (e) {
    const problem = problemOf(e);
    if (problem === "camera.none" && (w.camera || w.microphone)) return open({ audio: w.audio, video: w.video });
    if (!w.audio || !w.video) return { stream: null, problem };
    return { stream: (await open({ audio: true, microphone: w.microphone })).stream, problem };
  }
}

/** preview opens devices for a check before the call. The caller stops the tracks. */
export const preview = open;

/** meter calls f some twelve times a second with how loud a stream is, 0 to 1. The result stops it. */
export function meter(stream: MediaStream, f: (level: number) => void): () => void {
  const audio = new AudioContext();
  const reader = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(reader);
  const samples = new Float32Array(reader.fftSize);
  const timer = window.setInterval(() => {
    reader.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const x of samples) sum += x * x;
    f(Math.min(1, Math.sqrt(sum / samples.length) * 4)); // speech fills about the upper half
  }, 80);
  return () => {
    clearInterval(timer);
    void audio.close();
  };
}
