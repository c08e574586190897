// A line of keywords: each is a chip, the last may still be typed. What is typed counts at once.
import { icon } from "../page";
import { el } from "./dom";

// What is said of chips: the name of a chip's cross, and the empty place before the first chip and after it.
export interface Chips {
  drop: (word: string) => string;
  first: string;
  more: string;
}

export class Keywords {
  private words: string[] = []; // the chips

  constructor(
    private readonly root: HTMLElement,
    private readonly input: HTMLInputElement,
    private readonly says: Chips,
    private readonly changed: () => void,
  ) {
    input.addEventListener("input", (e) => {
      if ((e as InputEvent).isComposing) return;
      if (/[,，、;；]$/.test(input.value)) this.commit();
      this.changed();
    });
    input.addEventListener("compositionend", () => this.changed());
    input.addEventListener("keydown", (e) => this.key(e));
    input.addEventListener("blur", () => this.commit());
    root.addEventListener("click", (e) => this.drop(e));
  }

  // value is every keyword, the one that is being typed included.
  get value(): string[] {
    const typed = this.clean();
    return typed ? [...this.words, typed] : [...this.words];
  }

  // fill shows keywords, unless they are what is shown already: the caret must not jump.
  fill(words: string[]): void {
    const wanted = words.filter((w) => w.trim() !== "");
    if (wanted.join("\n") === this.value.join("\n")) return;
    this.words = wanted;
    this.input.value = "";
    this.draw();
  }

  private clean(): string {
    return this.input.value.replace(/[,，、;；]+$/, "").trim();
  }

  // commit makes a chip of what was typed.
  private commit(): void {
    const word = this.clean();
    this.input.value = "";
    if (!word) return;
    this.words.push(word);
    this.draw();
  }

  private key(e: KeyboardEvent): void {
    if (e.isComposing) return;
    if (e.key === "Enter" && this.input.value.trim()) {
      e.preventDefault();
      this.commit();
    } else if (e.key === "Backspace" && this.input.value === "" && this.words.length > 0) {
      e.preventDefault();
      this.input.value = this.words.pop()!; // the chip becomes text again, to be mended
      this.draw();
      this.changed();
    }
  }

  private drop(e: Event): void {
    const button = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-drop]") : null;
    if (button) {
      this.words.splice(Number(button.dataset.drop), 1);
      this.draw();
      this.changed();
    }
    if (e.target === this.root || button) this.input.focus();
  }

  private draw(): void {
    for (const chip of this.root.querySelectorAll(".fp-chip")) chip.remove();
    this.words.forEach((word, i) => {
      const cross = el("button", { type: "button", "data-drop": i, "aria-label": this.says.drop(word) }, icon("x"));
      this.input.before(el("span", { class: "fp-chip" }, word, cross));
    });
    this.input.placeholder = this.words.length > 0 ? this.says.more : this.says.first;
  }
}
