// Keeping a phone awake while somebody waits or talks, and calling a hidden page back.

let lock: { release(): Promise<void> } | null = null;
let wanted = false;

/** awake keeps the screen on, where the browser can. */
export function awake(on: boolean): void {
  wanted = on;
  if (on) void hold();
  else {
    void lock?.release().catch(() => undefined);
    lock = null;
  }
}

async function hold(): Promise<void> {
  if (!wanted || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    // a low battery may forbid it
  }
}

document.addEventListener("visibilitychange", () => void hold());

/** chime is two short tones. */
export function chime(): void {
  try {
    const audio = new AudioContext();
    [660, 880].forEach((hz, i) => {
      const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + i * 0.18;
      tone.frequency.value = hz;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.32);
    });
    setTimeout(() => void audio.close(), 1000);
  } catch {
    // no sound, then
  }
}
