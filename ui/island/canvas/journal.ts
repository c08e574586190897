// The journal keeps, in this browser, what has not reached the server yet: nothing typed is lost by a dead line, a
// closed tab or a crash. There is one entry for each flow and draft revision that the work was based on.
import type { Graph } from "./types";

interface Entry {
  at: number; // ms since 1970
  graph: Graph;
}

export interface Found extends Entry {
  rev: number;
}

const WAIT = 200; // ms of typing that are written together

export class Journal {
  private timer = 0;
  private pending?: () => void;

  constructor(
    private readonly flow: string,
    private readonly store: Storage | undefined = open(),
  ) {
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => this.flush());
  }

  // note keeps the graph soon; flush at once.
  note(rev: number, graph: () => Graph): void {
    this.pending = () => this.write(rev, { at: Date.now(), graph: graph() });
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), WAIT);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.pending?.();
    this.pending = undefined;
  }

  // clear forgets everything of this flow: the server has it.
  clear(): void {
    clearTimeout(this.timer);
    this.pending = undefined;
    for (const key of this.keys()) this.store!.removeItem(key);
  }

  // newest is the last unsaved work on this flow.
  newest(): Found | undefined {
    const found = this.keys().flatMap((key) => {
      try {
        return [{ ...(JSON.parse(this.store!.getItem(key)!) as Entry), rev: Number(key.slice(this.prefix.length)) }];
      } catch {
        return [];
      }
    });
    return found.sort((a, b) => b.at - a.at)[0];
  }

  private write(rev: number, entry: Entry): void {
    try {
      this.store?.setItem(this.prefix + rev, JSON.stringify(entry));
    } catch {
      // The browser keeps no more; the server is still asked as before.
    }
  }

  private get prefix(): string {
    return `foyer.flow.${this.flow}.`;
  }

  private keys(): string[] {
    return this.store ? Object.keys(this.store).filter((key) => key.startsWith(this.prefix)) : [];
  }
}

// open gives the browser's storage, or nothing where it is forbidden.
function open(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
