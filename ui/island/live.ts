// The one WebSocket a page keeps open: frames in order and without gaps, commands answered, lines that break
// mended without anybody noticing much. See docs/protocol.md.

export interface Problem {
  code: string;
  message: string;
  field?: string;
  /** who took the offer that is gone */
  winner?: string;
}

export interface Frame {
  type: string;
  seq?: number;
  epoch?: number;
  at?: string;
  re?: string;
  data?: any;
  error?: Problem;
}

/** What a banner shows: "lost" only once it has lasted; "refused" is the server's last word. */
export type LineState = "connecting" | "open" | "lost" | "refused" | "closed";

/** A command that was answered with an error, or, with the code "live.lost", not at all. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

interface Asked {
  frame: string;
  sent: boolean;
  done(data: any): void;
  fail(p: Problem): void;
}

const PATIENCE = 1500; // before a lost line is shown
const QUIET = 20_000; // without any frame before we ask whether anybody is there
const LONGEST = 15_000; // between two attempts
const LOST: Problem = { code: "live.lost", message: "" };

/** Live connects, resumes by seq and reconnects with full jitter until stop. Listen with on. */
export class Live {
  state: LineState = "connecting";
  /** why the server refused, once state is "refused" */
  refusal: Problem | null = null;
  private ws: WebSocket | null = null;
  private ready = false;
  private last = -1;
  private attempt = 0;
  private heard = 0;
  private number = 0;
  private timers: { retry?: number; show?: number; watch?: number; probe?: number } = {};
  private asked = new Map<string, Asked>();
  private listeners = new Map<string, Set<(f: Frame) => void>>();
  private watchers = new Set<(s: LineState) => void>();
  private readonly woken = () => this.wake();
  private readonly cut = () => this.drop();
  private readonly seen = () => document.visibilityState === "visible" && this.wake();

  constructor(private readonly path: string, private readonly hello: () => Record<string, unknown> = () => ({})) {}

  /** start opens the line. */
  start(): this {
    addEventListener("online", this.woken);
    addEventListener("offline", this.cut);
    document.addEventListener("visibilitychange", this.seen);
    this.timers.watch = window.setInterval(() => this.watch(), 1000);
    this.timers.show = window.setTimeout(() => this.show("lost"), PATIENCE * 2);
    this.connect();
    return this;
  }

  /** stop closes the line for good. */
  stop(state: LineState = "closed"): void {
    removeEventListener("online", this.woken);
    removeEventListener("offline", this.cut);
    document.removeEventListener("visibilitychange", this.seen);
    clearInterval(this.timers.watch);
    clearTimeout(this.timers.show);
    clearTimeout(this.timers.retry);
    clearTimeout(this.timers.probe);
    const ws = this.ws;
    this.ws = null;
    ws?.close(1000);
    this.failAll(() => true);
    this.show(state);
  }

  /** on calls f for every frame of a type, "*" for all, in order. The result takes it back. */
  on(type: string, f: (frame: Frame) => void): () => void {
    const all = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, all.add(f));
    return () => all.delete(f);
  }

  /** onState calls f with the state now and whenever it changes. */
  onState(f: (s: LineState) => void): () => void {
    this.watchers.add(f);
    f(this.state);
    return () => this.watchers.delete(f);
  }

  /** request sends a command and gives its answer's data. While the line is down it waits for it, up to timeout ms. */
  request<T = any>(type: string, data?: unknown, timeout = 15_000): Promise<T> {
    const id = `${++this.number}`;
    return new Promise<T>((done, fail) => {
      const timer = window.setTimeout(() => this.settle(id)?.fail(LOST), timeout);
      this.asked.set(id, {
        frame: JSON.stringify({ type, id, data }),
        sent: false,
        done: (d) => (clearTimeout(timer), done(d)),
        fail: (p) => (clearTimeout(timer), fail(new Refusal(p))),
      });
      this.flush();
    });
  }

  /** send is for what may be lost: it goes now or never. */
  send(type: string, data?: unknown): void {
    if (this.ready && this.ws?.readyState === WebSocket.OPEN) this.ws.send(JSON.stringify({ type, data }));
  }

  private connect(): void {
    clearTimeout(this.timers.retry);
    const ws = new WebSocket(new URL(this.path, location.href.replace(/^http/, "ws")));
    this.ws = ws;
    this.heard = Date.now();
    ws.onopen = () => ws.send(JSON.stringify({ type: "hello", ...this.hello(), ...(this.last >= 0 && { after: this.last }) }));
    ws.onmessage = (e) => ws === this.ws && this.take(JSON.parse(e.data));
    ws.onclose = (e) => ws === this.ws && this.closed(e.code);
  }

  private take(f: Frame): void {
    this.heard = Date.now();
    clearTimeout(this.timers.probe);
    this.timers.probe = undefined;
    switch (f.type) {
      case "ready":
        this.opened(f.data.seq);
        break;
      case "resync":
        this.last = f.data.seq;
        break;
      case "ok":
        return this.settle(f.re)?.done(f.data);
      case "error":
        if (f.re === "hello") this.refusal = f.error ?? null;
        return this.settle(f.re)?.fail(f.error ?? LOST);
    }
    if (f.seq) {
      if (f.seq <= this.last) return;
      if (f.seq > this.last + 1) return this.drop();
      this.last = f.seq;
    }
    this.tell(f);
  }

  private opened(seq: number): void {
    this.ready = true;
    this.attempt = 0;
    if (this.last < 0 || seq < this.last) this.last = seq;
    clearTimeout(this.timers.show);
    this.flush();
    this.show("open");
  }

  private closed(code: number): void {
    this.ws = null;
    this.ready = false;
    this.failAll((a) => a.sent);
    if (code === 4400 || code === 4401 || code === 4404) return this.stop("refused");
    this.later();
  }

  /** later tries again after a random part of a growing time, so that a thousand pages do not come at once. */
  private later(): void {
    if (this.state === "open") {
      this.state = "connecting";
      this.timers.show = window.setTimeout(() => this.show("lost"), PATIENCE);
    }
    const most = Math.min(LONGEST, 400 * 2 ** this.attempt++);
    const wait = Math.random() * most;
    clearTimeout(this.timers.retry);
    this.timers.retry = window.setTimeout(() => this.connect(), wait);
  }

  /** wake is for when the network or the reader has come back: no waiting now. */
  private wake(): void {
    if (this.state === "refused" || this.state === "closed") return;
    if (!this.ws) this.connect();
    else if (this.ready) this.probe(3000);
  }

  /** watch asks for a sign of life when nothing was heard for long; no script sees the server's own pings. */
  private watch(): void {
    if (this.ws && Date.now() - this.heard > QUIET && !this.timers.probe) this.probe(5000);
  }

  private probe(patience: number): void {
    if (this.ready) this.ws?.send(JSON.stringify({ type: "ping", id: "ping" }));
    clearTimeout(this.timers.probe);
    this.timers.probe = window.setTimeout(() => this.drop(), patience);
  }

  /** drop gives up a connection that says nothing any more; its close event might take minutes. */
  private drop(): void {
    clearTimeout(this.timers.probe);
    this.timers.probe = undefined;
    const ws = this.ws;
    if (!ws) return;
    this.ws = null;
    ws.close();
    this.closed(0);
  }

  private flush(): void {
    if (!this.ready || this.ws?.readyState !== WebSocket.OPEN) return;
    for (const a of this.asked.values()) {
      if (a.sent) continue;
      a.sent = true;
      this.ws.send(a.frame);
    }
  }

  private settle(id = ""): Asked | undefined {
    const a = this.asked.get(id);
    this.asked.delete(id);
    return a;
  }

  private failAll(which: (a: Asked) => boolean): void {
    for (const [id, a] of [...this.asked]) if (which(a)) this.settle(id)?.fail(LOST);
  }

  private tell(f: Frame): void {
    for (const g of [...(this.listeners.get(f.type) ?? []), ...(this.listeners.get("*") ?? [])]) {
      try {
        g(f);
      } catch (e) {
        console.error(e);
      }
    }
  }

  private show(s: LineState): void {
    if (this.state === s) return;
    this.state = s;
    for (const w of this.watchers) w(s);
  }
}
