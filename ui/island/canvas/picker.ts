// The picker: a short list beside the pointer, searched by typing. It is how an exit is led somewhere by keyboard or
// touch, and what appears where a wire is dropped on the empty sheet.
import { icon } from "../page";
import { el, place } from "./dom";
import type { Point, Say } from "./types";

export interface Choice {
  label: string;
  hint?: string;
  icon: string;
  tone: string;
  section: string;
  pick: () => void;
}

export class Picker {
  private readonly input: HTMLInputElement;
  private readonly list = el("ul", { class: "fc-choices", id: "fc-choices", role: "listbox" });
  readonly element: HTMLElement;
  private readonly none = el("p", { class: "fc-none", role: "status" });
  private choices: Choice[] = [];
  private shown: Choice[] = [];
  private active = 0;
  private pressed = false; // a press has begun within the list

  constructor(
    private readonly host: HTMLElement,
    private readonly say: Say,
  ) {
    this.input = el("input", { class: "input", type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "fc-choices", autocomplete: "off" });
    this.element = el("div", { class: "fc-picker", "data-foreign": true, "data-scrolls": true, hidden: true }, this.input, this.list, this.none);
    this.input.addEventListener("input", () => this.draw());
    this.element.addEventListener("keydown", (e) => this.key(e));
    this.element.addEventListener("focusout", (e) => {
      if (!this.element.contains(e.relatedTarget as Node | null)) this.close(false);
    });
    this.list.addEventListener("pointerdown", (e) => {
      e.preventDefault(); // the input keeps the focus
      this.pressed = true;
    });
    this.list.addEventListener("click", (e) => {
      const option = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-index]") : null;
      // The tap that opened the list ends with a click on what has come to lie below the finger.
      if (option && this.pressed) this.take(Number(option.dataset.index));
    });
    host.append(this.element);
  }

  // open shows choices at a point of the window, under a title that says what is chosen.
  open(title: string, choices: Choice[], at: Point): void {
    this.choices = choices;
    this.pressed = false;
    this.input.value = "";
    this.input.placeholder = title;
    this.input.setAttribute("aria-label", title);
    this.list.setAttribute("aria-label", title);
    this.element.hidden = false;
    this.draw();
    const { offsetWidth: w, offsetHeight: h } = this.element;
    const x = Math.max(8, Math.min(at.x + 8, this.host.clientWidth - w - 8));
    const y = Math.max(8, Math.min(at.y - 20, this.host.clientHeight - h - 8));
    place(this.element, x, y);
    this.input.focus({ preventScroll: true });
  }

  private close(back = true): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    if (back) this.host.focus({ preventScroll: true });
  }

  private draw(): void {
    const words = this.input.value.trim().toLowerCase();
    this.shown = this.choices.filter((c) => `${c.label} ${c.hint ?? ""}`.toLowerCase().includes(words));
    this.active = 0;
    let section = "";
    this.list.replaceChildren();
    this.shown.forEach((c, i) => {
      if (c.section !== section) this.list.append(el("li", { class: "fc-section", role: "presentation" }, c.section));
      section = c.section;
      const hint = c.hint ? [el("small", {}, c.hint)] : [];
      this.list.append(el("li", { role: "option", id: `fc-choice-${i}`, "data-index": i, "data-tone": c.tone }, icon(c.icon), el("span", {}, c.label), ...hint));
    });
    this.none.textContent = this.shown.length === 0 ? this.say("canvas.pick.none") : "";
    this.list.hidden = this.shown.length === 0;
    this.mark();
  }

  private mark(): void {
    for (const e of this.list.querySelectorAll("[data-index]")) {
      const on = (e as HTMLElement).dataset.index === String(this.active);
      e.setAttribute("aria-selected", String(on));
      if (on) e.scrollIntoView({ block: "nearest" });
    }
    this.input.setAttribute("aria-activedescendant", this.shown.length > 0 ? `fc-choice-${this.active}` : "");
  }

  private key(e: KeyboardEvent): void {
    if (e.isComposing) return;
    e.stopPropagation();
    const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && this.shown.length > 0) {
      this.active = (this.active + step + this.shown.length) % this.shown.length;
      this.mark();
    } else if (e.key === "Enter") this.take(this.active);
    else if (e.key === "Escape") this.close();
    else return;
    e.preventDefault();
  }

  private take(index: number): void {
    const choice = this.shown[index];
    this.close();
    choice?.pick();
  }
}
