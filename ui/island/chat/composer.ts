// Where one writes: a growing text field, emoji, pictures by button, paste and drop.

import { t, icon } from "../page";
import { picker } from "./emoji";
import { h } from "./h";
import { TYPES } from "./upload";

/** What a composer tells. */
export interface Heard {
  text(words: string): void;
  files(files: File[]): void;
  typing(): void;
}

let number = 0;

/** Composer is the last line of a chat. */
export class Composer {
  readonly el: HTMLElement;
  readonly field: HTMLTextAreaElement;
  private readonly send: HTMLButtonElement;
  private told = 0;

  constructor(
    private readonly heard: Heard,
    private readonly kept = "",
  ) {
    const files = h("input", { type: "file", accept: TYPES.join(","), multiple: true, hidden: true, onchange: () => this.pick(files) });
    const [smile, pop] = picker(`emoji-${++number}`, (e) => this.insert(e));
    this.field = h("textarea", {
      rows: 1,
      maxlength: 4000,
      placeholder: t("chat.placeholder"),
      "aria-label": t("chat.placeholder"),
      enterkeyhint: "send",
      oninput: () => this.grow(true),
      onkeydown: (e: KeyboardEvent) => this.key(e),
      onkeypress: (e: KeyboardEvent) => e.key === "Enter" && !e.shiftKey && e.preventDefault(), // pressed elsewhere, or handled above
      onpaste: (e: ClipboardEvent) => this.paste(e),
    });
    this.send = h("button", { type: "submit", class: "btn btn-primary icon-btn", "aria-label": t("chat.send"), disabled: true }, icon("send"));
    this.el = h(
      "form",
      { class: "composer", onsubmit: (e: Event) => (e.preventDefault(), this.submit()) },
      h("div", { class: "composer-tools" }, smile, pop, this.button("image", t("chat.addPicture"), () => files.click()), files),
      this.field,
      this.send,
    );
    this.field.value = this.draft();
    this.send.disabled = !this.field.value.trim();
  }

  /** drops lets pictures be dropped anywhere on an element. */
  drops(on: HTMLElement): void {
    let depth = 0;
    const over = (d: number) => on.classList.toggle("dropping", (depth = d === 0 ? 0 : Math.max(0, depth + d)) > 0);
    on.addEventListener("dragenter", (e) => hasFiles(e) && (e.preventDefault(), over(1)));
    on.addEventListener("dragleave", (e) => hasFiles(e) && over(-1));
    on.addEventListener("dragover", (e) => hasFiles(e) && e.preventDefault());
    on.addEventListener("drop", (e) => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      over(0);
      this.heard.files([...(e.dataTransfer?.files ?? [])]);
    });
  }

  /** insert puts words where the caret is. */
  insert(words: string): void {
    this.field.setRangeText(words, this.field.selectionStart, this.field.selectionEnd, "end");
    this.grow(true);
    this.field.focus();
  }

  /** close takes the pen away; what was typed stays to be copied. */
  close(closed: boolean): void {
    for (const c of this.el.querySelectorAll<HTMLButtonElement | HTMLTextAreaElement>("button, textarea")) c.disabled = closed;
    this.el.hidden = closed;
    this.grow(false);
  }

  private button(name: string, label: string, onclick: () => void): HTMLButtonElement {
    return h("button", { type: "button", class: "btn btn-quiet icon-btn", "aria-label": label, "data-tip": label, onclick }, icon(name));
  }

  private grow(typed: boolean): void {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 144)}px`;
    const empty = !this.field.value.trim();
    this.send.disabled = empty;
    this.keep();
    if (typed && !empty && Date.now() - this.told > 2500) {
      this.told = Date.now();
      this.heard.typing();
    }
  }

  private draft(): string {
    try {
      return (this.kept && sessionStorage.getItem(this.kept)) || "";
    } catch {
      return ""; // a browser that keeps nothing
    }
  }

  private keep(): void {
    try {
      if (this.kept) sessionStorage.setItem(this.kept, this.field.value);
    } catch {
      // then only this page knows
    }
  }

  /** Enter sends, unless it only confirms what an input method offers. */
  private key(e: KeyboardEvent): void {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
    e.preventDefault();
    this.submit();
  }

  private submit(): void {
    const words = this.field.value.trim();
    if (!words) return;
    this.field.value = "";
    this.told = 0;
    this.grow(false);
    this.field.focus();
    this.heard.text(words);
  }

  private paste(e: ClipboardEvent): void {
    const files = [...(e.clipboardData?.files ?? [])];
    if (!files.length) return;
    e.preventDefault();
    this.heard.files(files);
  }

  private pick(input: HTMLInputElement): void {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) this.heard.files(files);
  }
}

function hasFiles(e: DragEvent): boolean {
  return !!e.dataTransfer?.types.includes("Files");
}
