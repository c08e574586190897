// What a page keeps of a call so that it can come back after a reload. It lives as long as the tab.

/** A leg and the secret that lets its party in again. */
export interface Kept {
  callId: string;
  legId: string;
  token: string;
  media: "video" | "audio";
}

const KEY = "foyer.leg.";

/** keep remembers a leg. */
export function keep(k: Kept): void {
  try {
    sessionStorage.setItem(KEY + k.callId, JSON.stringify(k));
  } catch {
    // storage is full or forbidden: a reload asks for a new ticket then
  }
}

/** kept gives the leg of a call, null when there is none. */
export function kept(callId: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY + callId) ?? "null");
  } catch {
    return null;
  }
}

/** forget drops the leg of a call that is over. */
export function forget(callId: string): void {
  try {
    sessionStorage.removeItem(KEY + callId);
  } catch {
    // nothing was kept
  }
}
