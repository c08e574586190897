// Completion: the list of names below a text or an expression. The focus stays in the text; the list is told to screen
// readers as that of the field (aria-controls, aria-activedescendant).
import { el } from "./dom";
import { fitting, type Mode, type Offer, offers, taken, type Typed, typed } from "./names";
import type { Name, Say, Variable } from "./types";

export interface CompleteHost {
  say: Say;
  announce(text: string): void;
  vars(): readonly Variable[];
  names(): Name[];
}

type Field = HTMLInputElement | HTMLTextAreaElement;

const GAP = 4; // pixels between the text and the list

export class Completion {
  private readonly list = el("ul", { id: "names", role: "listbox", tabindex: 0, class: "fp-names-list" });
  private readonly about = el("p", { class: "meta" });
  private readonly none = el("p", { class: "meta fp-names-none", hidden: true });
  private readonly element: HTMLElement;
  private field?: Field;
  private at?: Typed;
  private shown: Offer[] = [];
  private active = 0;

  constructor(
    root: HTMLElement,
    private readonly host: CompleteHost,
  ) {
    this.list.setAttribute("aria-label", host.say("canvas.name.list"));
    this.element = el("div", { class: "fp-names", popover: "manual" }, this.list, this.none, this.about);
    root.append(this.element);
    root.addEventListener("focusin", (e) => this.introduce(e.target));
    root.addEventListener("input", (e) => {
      const field = fieldOf(e.target);
      if (field && !(e as InputEvent).isComposing) this.typed(field, false);
    });
    root.addEventListener("keydown", (e) => this.key(e), true);
    root.addEventListener("focusout", () => this.close());
    root.addEventListener("click", (e) => this.insert(e));
    for (const press of ["pointerdown", "mousedown"]) this.element.addEventListener(press, (e) => e.preventDefault()); // the text keeps the focus
    this.element.addEventListener("click", (e) => {
      const option = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-index]") : null;
      if (option) this.take(Number(option.dataset.index));
    });
    addEventListener("resize", () => this.place());
    document.addEventListener("scroll", () => this.place(), true);
  }

  close(): void {
    if (!this.field) return;
    this.field.removeAttribute("aria-activedescendant");
    this.field = undefined;
    if (this.element.matches(":popover-open")) this.element.hidePopover();
  }

  // introduce tells screen readers that a field has a list.
  private introduce(target: EventTarget | null): void {
    const field = fieldOf(target);
    if (!field || field.hasAttribute("aria-controls")) return;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-controls", this.list.id);
  }

  // typed opens the list for what stands before the caret; asked tells that the admin wants it in any case.
  private typed(field: Field, asked: boolean): void {
    const { mode, late } = ways(field);
    const caret = field.selectionStart ?? field.value.length;
    const at = typed(field.value, caret, mode);
    if (!asked && (!at || (at.word === "" && (mode === "expression" || !at.alone)))) return this.close();
    const all = offers(this.host.vars(), this.host.names(), late, this.host.say);
    const fits = fitting(all, at?.word ?? "", at ? at.alone : true);
    // A name that stands there in full needs no list.
    if (!asked && (fits.length === 0 || (fits.length === 1 && fits[0].path === at!.word))) return this.close();
    this.field = field;
    this.at = at;
    this.shown = fits;
    this.active = 0;
    this.draw();
  }

  private draw(): void {
    const { say } = this.host;
    this.list.replaceChildren(
      ...this.shown.map((o, i) =>
        el(
          "li",
          { role: "option", id: `name-${i}`, "data-index": i },
          el("code", {}, o.call ? `${o.path}()` : o.path),
          " ",
          el("span", {}, o.words),
          " ",
          el("small", {}, o.type ? say(`canvas.type.${o.type}`) : ""),
        ),
      ),
    );
    this.list.hidden = this.shown.length === 0;
    this.none.hidden = this.shown.length > 0;
    this.none.textContent = this.shown.length > 0 ? "" : say("canvas.name.none");
    if (!this.element.matches(":popover-open")) {
      this.element.showPopover();
      this.host.announce(this.shown.length > 0 ? say("canvas.name.found", { n: this.shown.length }) : say("canvas.name.none"));
    }
    this.mark();
    this.place();
  }

  private mark(): void {
    this.list.querySelectorAll("[data-index]").forEach((e, i) => {
      e.setAttribute("aria-selected", String(i === this.active));
      if (i === this.active) e.scrollIntoView({ block: "nearest" });
    });
    if (this.shown.length > 0) this.field!.setAttribute("aria-activedescendant", `name-${this.active}`);
    else this.field!.removeAttribute("aria-activedescendant");
    const o = this.shown[this.active];
    this.about.textContent = o && o.about !== o.words ? o.about : "";
    this.about.hidden = this.about.textContent === "";
  }

  // place puts the list below its field, or above it where there is more room.
  private place(): void {
    if (!this.field) return;
    const r = this.field.getBoundingClientRect();
    const width = Math.min(Math.max(r.width, 280), innerWidth - 16);
    const [above, below] = [r.top - GAP - 8, innerHeight - r.bottom - GAP - 8];
    const up = below < 200 && above > below;
    const { style } = this.element;
    style.width = `${width}px`;
    style.maxHeight = `${Math.min(320, up ? above : below)}px`;
    style.left = `${Math.max(8, Math.min(r.left, innerWidth - width - 8))}px`;
    style.top = up ? "auto" : `${r.bottom + GAP}px`;
    style.bottom = up ? `${innerHeight - r.top + GAP}px` : "auto";
  }

  private key(e: KeyboardEvent): void {
    const field = fieldOf(e.target);
    if (!field || e.isComposing) return;
    if (e.key === " " && e.ctrlKey) {
      e.preventDefault();
      return this.typed(field, true);
    }
    if (this.field !== field) return;
    const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    if (e.key === "Escape") this.close();
    else if (this.shown.length === 0) return;
    else if (step !== 0) {
      this.active = (this.active + step + this.shown.length) % this.shown.length;
      this.mark();
    } else if (e.key === "Enter" || (e.key === "Tab" && !e.shiftKey)) this.take(this.active);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  private insert(e: Event): void {
    const button = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-insert]") : null;
    const field = fieldOf(button?.closest("[data-slot]")?.querySelector("input, textarea") ?? null);
    if (!field) return;
    field.focus();
    this.typed(field, true);
  }

  private take(index: number): void {
    const { field, at } = this;
    const offer = this.shown[index];
    this.close();
    if (!field || !offer) return;
    const now = taken(field.value, field.selectionStart ?? field.value.length, at, offer, ways(field).mode);
    field.value = now.text;
    field.setSelectionRange(now.caret, now.caret);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.close(); // the name stands there; its own event must not offer it again
  }
}

function fieldOf(target: EventTarget | null): Field | undefined {
  const is = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return is && target.closest<HTMLElement>("[data-slot]")?.dataset.complete ? target : undefined;
}

function ways(field: Field): { mode: Mode; late: string[] } {
  const { complete, late } = field.closest<HTMLElement>("[data-slot]")!.dataset;
  return { mode: complete as Mode, late: (late ?? "").split(" ").filter(Boolean) };
}
