// A visit from the greeting to the end. The server decides where it stands; this draws it.

import { Chat, Trouble } from "../chat";
import { Live, type Frame } from "../live";
import { t, toast } from "../page";
import { API, Failure, type Menu, type Option, type View } from "./api";
import { awake, chime } from "./awake";
import { Check } from "./check";
import { ended } from "./end";
import { Media } from "./media";
import { Memory } from "./memory";
import { busy, fault, one, show } from "./page";
import { Question, type Answer } from "./question";
import { Talk } from "./talk";
import { Wait } from "./wait";

/** What the page carries. */
export interface Start {
  sdkAppId: number;
  menu: Menu;
}

/** Visit is the whole page. */
export class Visit {
  private readonly api: API;
  private readonly memory: Memory;
  private readonly check: Check;
  private readonly wait = new Wait();
  private readonly talk = new Talk({ end: () => this.ask(), retry: () => void this.media?.rejoin() });
  private readonly question = new Question((a) => this.reply(a));
  private menu: Menu;
  private chosen: Option | null = null;
  private key = crypto.randomUUID(); // of the session that is being begun
  private view: View | null = null;
  private chat: Chat | null = null;
  private live: Live | null = null;
  private media: Media | null = null;
  private orphan = false; // an agent was there and is gone
  private readonly title = document.title;

  constructor(start: Start) {
    this.menu = start.menu;
    this.api = new API(start.sdkAppId);
    this.memory = new Memory(`foyer.visit.${start.menu.ivrId}`);
    this.check = new Check(start.menu.media.includes("video"));
    one("[data-options]").addEventListener("click", (e) => this.pick((e.target as Element).closest<HTMLButtonElement>("[data-option]")));
    one("[data-back]").addEventListener("click", () => this.back());
    for (const b of document.querySelectorAll<HTMLButtonElement>("[data-start]")) b.addEventListener("click", () => void this.begin(b));
    for (const what of ["[data-leave]", "[data-end-all]", "[data-quit]"]) one(what).addEventListener("click", (e) => void this.end(e.currentTarget as HTMLButtonElement));
    one("[data-end-media]").addEventListener("click", () => void this.hangup());
    one("[data-restart]").addEventListener("click", () => location.reload());
    document.addEventListener("visibilitychange", () => document.hidden || (document.title = this.title));
  }

  /** open goes back into a session that a reload interrupted, or begins. */
  async open(): Promise<void> {
    const v = this.memory.visit;
    if (!v) return this.first();
    this.api.token = v.token;
    show("wait");
    try {
      const view = await this.api.get(v.sessionId);
      if (view.state === "ended") return this.anew();
      this.attach(view);
    } catch (e) {
      if (e instanceof Failure && !e.again) return this.anew();
      setTimeout(() => void this.open(), 2000);
    }
  }

  /** anew forgets a visit that is over. */
  private anew(): void {
    this.memory.forget();
    this.api.token = "";
    this.first();
  }

  /** first is where everybody begins: the menu, or without one the device check. */
  private first(): void {
    show(this.menu.hasBranch ? "menu" : "check");
    if (!this.menu.hasBranch) void this.check.open();
  }

  private back(): void {
    this.check.close();
    show("menu");
  }

  /** pick takes an option: before the session it leads to the device check, within it is an answer. */
  private pick(button: HTMLButtonElement | null): void {
    const options = this.view?.menu?.options ?? this.menu.options;
    const option = options.find((o) => o.id === button?.dataset.option);
    if (!option) return;
    if (this.view) return void this.answer(button!, option);
    this.chosen = option;
    this.key = crypto.randomUUID();
    one("[data-chosen]").textContent = option.label;
    fault("[data-check-fault]", "");
    show("check");
    void this.check.open();
  }

  private async answer(button: HTMLButtonElement, option: Option): Promise<void> {
    await busy(button, () => this.reply({ optionId: option.id }));
  }

  /** reply answers the session's question. A line that breaks loses nothing: the same answer can be sent again. */
  private async reply(a: Answer): Promise<void> {
    const v = this.view!;
    this.memory.keep({ heard: this.chat?.last ?? 0 });
    try {
      this.apply(await this.api.input(v.sessionId, { ...a, stepToken: v.stepToken ?? "" }));
    } catch (e) {
      fault("[data-menu-fault]", words(e));
      if (!(e instanceof Failure) || e.again || e.code === "offline") return;
      const now = await this.api.get(v.sessionId).catch(() => null);
      if (now) this.apply(now);
    }
  }

  /** begin starts the session with a way of talking. A press repeated after trouble cannot start two. */
  private async begin(button: HTMLButtonElement): Promise<void> {
    const media = button.dataset.start as View["media"];
    const { ivrId, version } = this.menu;
    fault("[data-check-fault]", "");
    await busy(button, async () => {
      if (media !== "text" && !(await this.check.ready())) return fault("[data-check-fault]", t("caller.script.check.none"));
      try {
        await this.api.login();
        const view = await this.api.start({ ivrId, media, version, optionId: this.chosen?.id, idempotencyKey: `${this.key}.${media[0]}` });
        this.memory.keep({ token: this.api.token, sessionId: view.sessionId, media, ...this.check.chosen, waiting: Date.now() });
        if (media === "text") this.check.close();
        if (media === "audio") this.check.dim();
        this.attach(view);
      } catch (e) {
        await this.notBegun(e);
      }
    });
  }

  /** notBegun says why; a menu that has changed is shown anew. */
  private async notBegun(e: unknown): Promise<void> {
    fault("[data-check-fault]", words(e));
    const code = e instanceof Failure ? e.code : "";
    if (code === "caller.token") this.api.token = "";
    if (code === "flow.notPublished" || code === "flow.notFound") return location.reload();
    if (code !== "session.notAChoice") return;
    this.menu = await this.api.menu(this.menu.ivrId);
    this.check.close();
    this.question.menu(this.menu.prompt, this.menu.options);
    fault("[data-menu-fault]", t("caller.script.menuChanged"));
    this.first();
  }

  /** attach opens the chat and the line of a session. */
  private attach(view: View): void {
    const id = view.sessionId;
    const live = new Live("/api/v1/live", () => ({ token: this.api.token, sessionId: id }));
    const chat = new Chat({
      me: "caller",
      draft: `foyer.draft.${id}`,
      fetch: (after) => this.api.messages(id, after),
      transport: {
        post: (p) => this.api.post(id, p),
        upload: (f, progress) => this.api.upload(id, f, progress),
        typing: () => live.send("typing"),
      },
    });
    chat.addEventListener("incoming", (e) => this.spoken((e as CustomEvent).detail.from));
    this.chat = chat;
    this.live = live;
    this.media = new Media(live, this.talk, () => this.memory.visit, () => this.check.take());
    live.on("*", (f) => this.frame(f));
    live.onState((s) => {
      one("[data-line]").hidden = s !== "lost" || !navigator.onLine;
      if (s === "open") this.media?.wake();
      if (s === "refused") this.over({ ...view, state: "ended", ended: { by: "", reason: "gone" } });
    });
    live.start();
    awake(true);
    this.apply(view);
  }

  private frame(f: Frame): void {
    switch (f.type) {
      case "ready":
      case "resync":
        return void this.catchUp();
      case "session.updated":
      case "session.ended":
        return this.apply(f.data);
      case "queue.position":
        return this.wait.place(f.data);
      case "message.posted":
        this.chat?.add([f.data], true);
        return this.hear();
      case "typing":
        return f.data.from === "agent" ? this.chat?.typing() : undefined;
      case "media.closed":
        // soon: when the agent ends the talk, that is the next to be heard of
        if (this.media?.on) setTimeout(() => this.view?.state === "connected" && toast(t("caller.script.talk.noMedia")), 500);
    }
    if (f.type.startsWith("media.")) this.media?.frame(f);
  }

  /** catchUp fetches what was said before the line was open. */
  private async catchUp(): Promise<void> {
    try {
      this.chat?.add(await this.api.messages(this.view!.sessionId, this.chat.last));
      this.hear();
    } catch {
      // the next message shows the gap, and the chat mends it
    }
  }

  /** apply draws the session as the server has it. What is older than what is shown is left alone. */
  private apply(v: View): void {
    const was = this.view;
    if (was && (v.seq < was.seq || was.state === "ended")) return;
    this.view = v;
    if (v.state === "ended") return this.over(v);
    if (was?.state === "connected") this.orphan = v.state !== "connected" && v.state !== "routing";
    if (was?.state === "routing" && v.state === "queued") this.memory.keep({ waiting: Date.now() });
    if (v.state === "connected") this.talking(v, was);
    else if (v.state === "routing" && v.menu) this.asking(v, was);
    else this.waiting(v, was);
    this.media?.follow(v);
  }

  /** asking shows what the flow asks, also after the talk. */
  private asking(v: View, was: View | null): void {
    if (was?.state === "connected") {
      this.memory.keep({ talked: Date.now() });
      one<HTMLDialogElement>("#cl-end").close();
      this.media?.hang();
    }
    const next = was?.stepToken !== v.stepToken;
    this.question.show(v, this.heard());
    show("menu");
    if (next) this.question.focus();
  }

  /** heard is what the flow has said since the last answer, or since the talk. */
  private heard(): string[] {
    const all = this.chat?.all ?? [];
    let from = all.length;
    while (from > 0 && all[from - 1].from === "flow" && all[from - 1].seq > (this.memory.visit?.heard ?? 0)) from--;
    return all.slice(from).map((m) => m.text ?? "");
  }

  private hear(): void {
    if (this.view?.state === "routing" && this.view.menu) this.question.hear(this.heard());
  }

  private waiting(v: View, was: View | null): void {
    if (!this.memory.visit?.waiting) this.memory.keep({ waiting: Date.now() });
    if (v.state === "connecting") {
      if (was && was.state !== "connecting") this.call();
    } else if (this.media?.on) this.media.hang();
    this.place("wait");
    this.wait.show(v, this.memory.visit?.waiting ?? Date.now(), this.orphan);
    show("wait");
  }

  private talking(v: View, was: View | null): void {
    const fresh = !!was && was.state !== "connected";
    this.memory.keep({ heard: this.chat?.last ?? 0, talked: undefined });
    if (fresh || !this.memory.visit?.talking) this.memory.keep({ talking: Date.now(), waiting: 0 });
    if (fresh && v.media === "text") this.call();
    this.place("talk");
    this.talk.show(v, this.memory.visit?.talking ?? Date.now());
    show("talk");
  }

  /** call brings somebody back who looks at another page. */
  private call(): void {
    if (!document.hidden) return;
    document.title = `● ${t("caller.script.title.here")}`;
    chime();
  }

  private spoken(from: string): void {
    if (from !== "agent") return;
    this.talk.missed();
    if (document.hidden) document.title = `● ${this.title}`;
  }

  /** place moves the one chat to where it is read now. */
  private place(slot: string): void {
    const to = one(`[data-slot="${slot}"]`);
    if (!this.chat || this.chat.el.parentElement === to) return;
    to.append(this.chat.el);
    this.chat.down();
  }

  private ask(): void {
    one("[data-end-media]").hidden = !this.media?.on;
    one<HTMLDialogElement>("#cl-end").showModal();
  }

  private async hangup(): Promise<void> {
    one<HTMLDialogElement>("#cl-end").close();
    try {
      await this.media?.hangup();
    } catch (e) {
      toast(t("caller.script.failed", { why: words(e) }), "bad");
    }
  }

  private async end(button: HTMLButtonElement): Promise<void> {
    await busy(button, async () => {
      try {
        this.apply(await this.api.end(this.view!.sessionId));
      } catch (e) {
        toast(t("caller.script.failed", { why: words(e) }), "bad");
      }
    });
  }

  /** over ends the visit on this side and shows why. */
  private over(v: View): void {
    const { talking, talked } = this.memory.visit ?? {};
    const length = talking ? (talked ?? Date.now()) - talking : undefined;
    this.view = v;
    this.live?.stop();
    this.check.close();
    this.media?.hang();
    awake(false);
    one<HTMLDialogElement>("#cl-end").close();
    one("[data-line]").hidden = true;
    this.chat?.close();
    this.question.close();
    this.memory.forget(); // after those two, who keep what is typed
    this.place("end");
    ended(v, length, this.chat);
    show("end");
    void this.catchUp().then(() => ended(v, length, this.chat));
  }
}

function words(e: unknown): string {
  return e instanceof Trouble ? e.words : e instanceof Error && e.message ? e.message : t("caller.script.offline");
}
