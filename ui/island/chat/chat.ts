// A chat: what was said, what is on its way, and the line to write in. Used by the caller's page and by the desk.

import { t, icon } from "../page";
import { bubble, moment, notSent, photo, preview, progress } from "./bubble";
import { Composer } from "./composer";
import { h } from "./h";
import { Outbox, type Draft } from "./outbox";
import type { Message, Side, Transport } from "./types";
import "./chat.css";

/** What a chat needs. */
export interface ChatOptions {
  /** whose page this is */
  me: Side;
  transport: Transport;
  /** gives the messages after a seq, when addresses of pictures have run out or a gap is found */
  fetch?(after: number): Promise<Message[]>;
  /** where what is typed and not sent is kept over a reload: a key of sessionStorage */
  draft?: string;
}

const GAP = 5 * 60_000; // between messages that stand under one time

/** Chat draws into el. It fires "incoming" (a CustomEvent with the Message) for what the other side says. */
export class Chat extends EventTarget {
  readonly el: HTMLElement;
  readonly composer: Composer;
  private readonly list = h("div", { class: "chat-list", role: "log", "aria-live": "polite", "aria-label": t("chat.log"), tabindex: "0" });
  private readonly more: HTMLButtonElement = h("button", { type: "button", class: "chat-more", hidden: true, onclick: () => this.down() }, icon("arrow-down"), t("chat.more"));
  private readonly dots = h("div", { class: "chat-typing", hidden: true }, h("span", { class: "unseen" }, t("chat.typing")), h("i"), h("i"), h("i"));
  private readonly outbox: Outbox;
  private messages: Message[] = [];
  private rows = new Map<string, { of: Message | Draft; el: HTMLElement }>();
  private quiet = 0;
  private fetched = 0;
  private asking = false;
  private pinned = true; // the newest is in sight, and stays there when the room for it changes

  constructor(private readonly options: ChatOptions) {
    super();
    this.outbox = new Outbox(options.transport, (m, d) => this.posted(m, d), (d) => this.redraw(d));
    this.composer = new Composer({
      text: (words) => this.said(this.outbox.text(words)),
      files: (files) => files.forEach((f) => this.said(this.outbox.picture(f))),
      typing: () => options.transport.typing(),
    }, options.draft);
    this.el = h("div", { class: "chat" }, h("div", { class: "chat-body" }, this.list, this.more), this.composer.el);
    this.el.dataset.drop = t("chat.drop");
    this.composer.drops(this.el);
    this.list.addEventListener("scroll", () => {
      this.pinned = this.list.clientHeight === 0 ? this.pinned : this.atEnd();
      this.more.hidden ||= this.pinned;
    });
    this.list.addEventListener("load", () => this.pinned && this.down(), true); // of a picture whose size was not known
    new ResizeObserver(() => this.pinned && this.down()).observe(this.list);
  }

  /** last is the seq of the newest message known. */
  get last(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** all lists what was said. */
  get all(): readonly Message[] {
    return this.messages;
  }

  /** add takes messages in any order, any number of times. live ones are news. */
  add(more: readonly Message[], live = false): void {
    const end = this.pinned;
    for (const m of more) {
      const at = this.messages.findIndex((x) => x.seq >= m.seq);
      if (at >= 0 && this.messages[at].seq === m.seq) {
        const now = { ...m, file: m.file ?? this.messages[at].file };
        if (!alike(now, this.messages[at])) this.messages[at] = now;
        continue;
      }
      if (at < 0) this.messages.push(m);
      else {
        this.rows.delete(`${this.messages[at].seq}`); // who stands above it tells whether its name and time are shown
        this.messages.splice(at, 0, m);
      }
      if (!live || m.from === this.options.me) continue;
      if (m.from !== "flow") this.typing(false);
      this.dispatchEvent(new CustomEvent<Message>("incoming", { detail: m }));
    }
    this.draw();
    if (end) this.down();
    else if (live && more.some((m) => m.from !== this.options.me)) this.more.hidden = false;
    if (live) this.mend();
  }

  /** typing shows that the other side writes, for some seconds. */
  typing(on = true): void {
    const end = this.pinned;
    clearTimeout(this.quiet);
    this.dots.hidden = !on;
    if (on) this.quiet = window.setTimeout(() => this.typing(false), 4000);
    if (end) this.down();
  }

  /** close ends the writing; what was said stays. */
  close(closed = true): void {
    this.composer.close(closed);
    if (closed) this.typing(false);
  }

  /** focus goes to where one writes. */
  focus(): void {
    this.composer.field.focus({ preventScroll: true });
  }

  /** down scrolls to the newest. */
  down(): void {
    this.list.scrollTop = this.list.scrollHeight;
    this.pinned = this.more.hidden = true;
  }

  private atEnd(): boolean {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 48;
  }

  private said(d: Draft): void {
    this.redraw(d);
    this.down();
  }

  private posted(m: Message, d: Draft): void {
    this.rows.get(d.clientMessageId)?.el.remove();
    this.rows.delete(d.clientMessageId);
    this.add([m]);
  }

  /** mend asks for what is missing between two messages. */
  private async mend(): Promise<void> {
    const hole = this.messages.findIndex((m, i) => m.seq !== (this.messages[i - 1]?.seq ?? 0) + 1);
    if (hole < 0 || !this.options.fetch || this.asking) return;
    this.asking = true;
    try {
      this.add(await this.options.fetch(this.messages[hole - 1]?.seq ?? 0));
    } catch {
      // the next message asks again
    } finally {
      this.asking = false;
    }
  }

  /** stale asks for fresh addresses of pictures, once a minute at most. */
  private async stale(): Promise<void> {
    if (!this.options.fetch || Date.now() - this.fetched < 60_000) return;
    this.fetched = Date.now();
    try {
      this.add(await this.options.fetch(0));
    } catch {
      // the pictures stay away until the page is opened again
    }
  }

  private discard(d: Draft): void {
    this.outbox.discard(d);
    this.rows.get(d.clientMessageId)?.el.remove();
    this.rows.delete(d.clientMessageId);
    this.draw();
  }

  /** redraw shows a draft anew, or only how far it has come: a picture that is drawn again would flicker. */
  private redraw(d: Draft): void {
    const el = this.rows.get(d.clientMessageId)?.el, ring = el?.querySelector<HTMLElement>(".photo-ring");
    if (ring && !d.trouble) return progress(ring, d);
    const end = this.pinned;
    el?.remove();
    this.rows.delete(d.clientMessageId);
    this.draw();
    if (end) this.down();
  }

  /** draw brings the rows into order; a row whose message is the same is left alone. */
  private draw(): void {
    const rows: HTMLElement[] = [];
    let before: Message | undefined;
    const posted = new Set(this.messages.map((m) => m.from === this.options.me && m.clientMessageId));
    for (const m of this.messages) {
      const head = !before || Date.parse(m.at) - Date.parse(before.at) > GAP;
      rows.push(this.row(`${m.seq}`, m, () => this.message(m, head, head || before?.from !== m.from || before?.name !== m.name)));
      before = m;
    }
    for (const d of this.outbox.all()) {
      if (!posted.has(d.clientMessageId)) rows.push(this.row(d.clientMessageId, d, () => this.draft(d)));
    }
    rows.push(this.dots);
    rows.forEach((el, i) => this.list.children[i] !== el && this.list.insertBefore(el, this.list.children[i] ?? null));
    while (this.list.children.length > rows.length) this.list.lastElementChild?.remove();
  }

  private row(key: string, of: Message | Draft, make: () => HTMLElement): HTMLElement {
    const old = this.rows.get(key);
    if (old?.of === of) return old.el;
    const el = make();
    if (old) old.el.replaceWith(el);
    this.rows.set(key, { of, el });
    return el;
  }

  private message(m: Message, head: boolean, first: boolean): HTMLElement {
    const side = m.from === this.options.me ? "mine" : m.from === "flow" ? "flow" : "theirs";
    const name = m.from === "flow" ? t("chat.flow") : m.name;
    return h(
      "div",
      { class: `chat-row ${side}${first ? " first" : ""}`, "data-seq": m.seq },
      head && h("time", { class: "chat-time meta num", datetime: m.at }, moment(m.at)),
      side === "theirs" && first && name ? h("span", { class: "chat-name meta" }, name) : h("span", { class: "unseen" }, side === "mine" ? t("chat.me") : (name ?? "")),
      bubble(m, photo(m, () => void this.stale())),
    );
  }

  private draft(d: Draft): HTMLElement {
    return h(
      "div",
      { class: `chat-row mine first draft${d.trouble ? " failed" : ""}` },
      bubble(d, d.preview ? preview(d) : null),
      d.trouble && notSent(d, () => this.outbox.retry(d), () => this.discard(d)),
    );
  }
}

/** alike tells whether two messages are drawn the same, so that a row need not be made anew. */
function alike(a: Message, b: Message): boolean {
  const drawn = (m: Message) => JSON.stringify([m.from, m.name, m.clientMessageId, m.kind, m.text, m.file?.url, m.file?.width, m.file?.height, m.at]);
  return drawn(a) === drawn(b);
}
