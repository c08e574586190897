// Sync carries the draft to the server: soon after every change, again and again while the line is dead, and never
// over somebody else's work.
import type { FlowDoc } from "./doc";
import type { Journal } from "./journal";
import type { Graph } from "./types";

const WAIT = 1000; // ms after the last change
const LONGEST = 30_000; // ms between two tries

export type State =
  | { is: "saved"; at?: Date; dirty: boolean } // dirty: the draft differs from the live version
  | { is: "waiting" } // changed, not yet sent
  | { is: "saving" }
  | { is: "offline" } // the line is dead; tried again by itself
  | { is: "refused"; why: string } // the server will not have it; tried again with the next change
  | { is: "conflict" };

// Theirs is the draft as somebody else has saved it.
export interface Theirs {
  rev: number;
  graph: Graph;
  by: string;
  at: string;
}

export class Sync {
  state: State;
  private count = 0; // changes so far
  private sent = 0; // changes that the server has
  private timer = 0;
  private tries = 0;
  private running?: Promise<void>;
  private readonly listeners = new Set<(s: State) => void>();

  constructor(
    private readonly url: string,
    private rev: number,
    dirty: boolean,
    private readonly doc: FlowDoc,
    private readonly journal: Journal,
    private readonly conflict: (theirs: Theirs) => void,
  ) {
    this.state = { is: "saved", dirty };
    doc.listen(() => this.changed());
    addEventListener("online", () => this.retry());
    addEventListener("beforeunload", (e) => {
      if (this.count !== this.sent) e.preventDefault();
    });
  }

  listen(f: (s: State) => void): void {
    this.listeners.add(f);
    f(this.state);
  }

  // save sends now and tells whether the server has everything.
  async save(): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.running) await this.running; // others may have waited too, and one of them sends
    if (this.count !== this.sent && this.state.is !== "conflict") await this.push();
    return this.count === this.sent;
  }

  // hold keeps everything back until a conflict is settled by adopt. base is the revision that our work began with.
  hold(base = this.rev): void {
    this.rev = base;
    clearTimeout(this.timer);
    this.set({ is: "conflict" });
  }

  // adopt goes on from a revision that somebody else has made. kept tells that our work differs from it.
  adopt(rev: number, kept: boolean): void {
    this.rev = rev;
    this.journal.clear();
    this.sent = this.count;
    this.set({ is: "saved", at: new Date(), dirty: true });
    if (kept) this.changed();
  }

  // live tells that the draft has been published.
  live(): void {
    if (this.state.is === "saved") this.set({ ...this.state, dirty: false });
  }

  private changed(): void {
    this.count++;
    this.journal.note(this.rev, () => this.doc.toJSON());
    if (this.state.is === "conflict") return;
    if (this.state.is !== "offline" && this.state.is !== "saving") this.set({ is: "waiting" });
    if (this.state.is !== "offline") this.later(WAIT);
  }

  private retry(): void {
    if (this.state.is === "offline") this.later(0);
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), ms);
  }

  private push(): Promise<void> {
    this.running = this.put().finally(() => (this.running = undefined));
    return this.running;
  }

  private async put(): Promise<void> {
    const [count, graph] = [this.count, this.doc.toJSON()];
    if (this.state.is !== "offline") this.set({ is: "saving" });
    let answer: Response;
    let body: unknown;
    try {
      answer = await fetch(this.url, {
        method: "PUT",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ rev: this.rev, graph }),
      });
      body = answer.status >= 500 ? undefined : await answer.json().catch(() => undefined);
    } catch {
      return this.offline();
    }
    if (answer.status >= 500 || answer.status === 429) return this.offline();
    this.tries = 0;
    if (answer.status === 409) return this.clash(body as Theirs, count, graph);
    if (!answer.ok || !isSaved(body)) return this.set({ is: "refused", why: sentence(body) });
    this.arrived(count, body.rev, body.dirty);
  }

  private arrived(count: number, rev: number, dirty: boolean): void {
    [this.sent, this.rev] = [count, rev];
    this.journal.clear();
    if (this.count === count) return this.set({ is: "saved", at: new Date(), dirty });
    this.journal.note(this.rev, () => this.doc.toJSON());
    this.set({ is: "waiting" });
    this.later(WAIT);
  }

  // clash ends in peace when the other's draft is ours: an answer that never came back.
  private clash(theirs: Theirs, count: number, graph: Graph): void {
    if (same(theirs.graph, graph)) return this.arrived(count, theirs.rev, true);
    this.journal.flush();
    this.set({ is: "conflict" });
    this.conflict(theirs);
  }

  private offline(): void {
    this.set({ is: "offline" });
    this.later(Math.min(LONGEST, 1000 * 2 ** this.tries++));
  }

  private set(s: State): void {
    this.state = s;
    for (const f of this.listeners) f(s);
  }
}

interface Saved {
  rev: number;
  dirty: boolean;
}

const isSaved = (body: unknown): body is Saved => typeof (body as Saved | undefined)?.rev === "number";

// sentence is what the server says in an error; empty when it is not our server that answers (a login page).
function sentence(body: unknown): string {
  return (body as { error?: { message?: string } } | undefined)?.error?.message ?? "";
}

// same tells whether two graphs have the same content, whatever the order of their parts.
export function same(a: Graph, b: Graph): boolean {
  return canonical(a) === canonical(b);
}

function canonical(g: Graph): string {
  const byID = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  const nodes = [...g.nodes].sort(byID).map((n) => ({ ...n, title: n.title ?? "", config: n.config ?? {} }));
  return JSON.stringify(sorted({ vars: g.vars ?? [], nodes, edges: [...g.edges].sort(byID) }));
}

function sorted(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(sorted);
  if (typeof v !== "object" || v === null) return v;
  return Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, x]) => [k, sorted(x)]));
}
