// What a reload needs to find back into the session. It lives in the tab and dies with it.

export interface Visited {
  token: string;
  sessionId: string;
  media: "video" | "audio" | "text";
  camera?: string;
  microphone?: string;
  /** what was chosen on the menu */
  label?: string;
  /** ms since 1970: when the talk began and when the waiting did, as this page saw it */
  talking?: number;
  waiting?: number;
  /** when the talk ended and the flow went on, and the seq of the last message before the present question */
  talked?: number;
  heard?: number;
}

/** Memory keeps the visit to one flow. */
export class Memory {
  visit: Visited | null = null;

  constructor(private readonly key: string) {
    try {
      this.visit = JSON.parse(sessionStorage.getItem(key) ?? "null");
    } catch {
      // a browser that keeps nothing: then a reload begins anew
    }
  }

  /** keep adds to what is known. */
  keep(part: Partial<Visited>): void {
    this.visit = { ...(this.visit as Visited), ...part };
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.visit));
    } catch {
      // then only this page knows
    }
  }

  /** forget ends the visit, and with it what was typed and not sent. */
  forget(): void {
    const id = this.visit?.sessionId;
    this.visit = null;
    try {
      for (const typed of ["answer", "draft"]) sessionStorage.removeItem(`foyer.${typed}.${id}`);
      sessionStorage.removeItem(this.key);
    } catch {
      // nothing was kept
    }
  }
}
