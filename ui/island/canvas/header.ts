// The header: the name, what has been saved, undo and redo, saving and publishing.
import { lang, toast } from "../page";
import type { Editor } from "./editor";
import type { State, Sync } from "./sync";
import type { Say } from "./types";

declare const htmx: { ajax(method: string, url: string, target: { target: string; swap: string }): Promise<void> };

interface HeaderData {
  savedAt: string;
  live: number;
  urls: { publish: string };
}

export class Header {
  private live: number;
  private at: Date;

  constructor(
    private readonly editor: Editor,
    private readonly sync: Sync,
    private readonly data: HeaderData,
    private readonly say: Say,
  ) {
    this.live = data.live;
    this.at = new Date(data.savedAt);
    sync.listen((s) => this.show(s));
    editor.doc.listen(() => this.steps());
    this.steps();
    on("[data-undo]", () => editor.undo());
    on("[data-redo]", () => editor.redo());
    on("[data-save]", () => void this.save());
    on("[data-publish]", () => void this.publish());
    on("[data-add-sheet]", () => document.querySelector("#palette")!.classList.toggle("up"));
    document.addEventListener("flow-published", (e) => this.published((e as CustomEvent<{ number: number }>).detail.number));
    document.addEventListener("flow-renamed", (e) => (document.title = (e as CustomEvent<{ title: string }>).detail.title));
  }

  // save keeps the draft now and says so.
  async save(): Promise<void> {
    const done = await this.sync.save();
    if (done) toast(this.say("canvas.save.done"), "good");
    else if (this.sync.state.is === "offline") toast(this.say("canvas.save.offline"), "bad");
    else if (this.sync.state.is === "refused") toast(this.sync.state.why || this.say("canvas.save.login"), "bad");
  }

  // publish asks for the note, once what is shown is what the server has.
  private async publish(): Promise<void> {
    if (!(await this.sync.save())) return this.save();
    await htmx.ajax("GET", this.data.urls.publish, { target: "#layer", swap: "innerHTML" });
  }

  private published(number: number): void {
    this.live = number;
    for (const e of document.querySelectorAll("[data-version]")) e.textContent = `v${number}`;
    this.sync.live();
  }

  private show(s: State): void {
    const e = document.querySelector<HTMLElement>("[data-draft]")!;
    if (s.is === "saved" && s.at) this.at = s.at;
    const time = this.at.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    e.dataset.is = s.is === "saved" && s.dirty ? "dirty" : s.is;
    const words = this.words(s, time);
    e.querySelector("span")!.textContent = words;
    e.title = words;
  }

  private words(s: State, time: string): string {
    switch (s.is) {
      case "saved":
        if (s.dirty) return this.say(this.live > 0 ? "canvas.draft.dirty" : "canvas.draft.never", { time });
        return this.say("canvas.draft.live", { n: this.live });
      case "refused":
        return s.why || this.say("canvas.save.login");
      default:
        return this.say(`canvas.draft.${s.is}`);
    }
  }

  private steps(): void {
    for (const [way, can] of [
      ["undo", this.editor.doc.canUndo],
      ["redo", this.editor.doc.canRedo],
    ] as const) {
      for (const b of document.querySelectorAll<HTMLButtonElement>(`[data-${way}]`)) b.disabled = !can;
    }
  }
}

function on(selector: string, act: () => void): void {
  for (const e of document.querySelectorAll(selector)) e.addEventListener("click", act);
}
