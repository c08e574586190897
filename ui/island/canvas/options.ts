// The editor of a branch's options: add, delete, reorder by dragging or by keys, keywords as chips, a label.
import { Keywords } from "./keywords";
import { freshID, type Say } from "./types";

interface Option {
  id: string;
  keywords: string[];
  label?: string;
}

interface Line {
  id: string;
  element: HTMLElement;
  keywords: Keywords;
  label: HTMLInputElement;
}

export interface OptionsHost {
  say: Say;
  announce(text: string): void;
  changed(lost?: string[]): void; // lost are the exits of deleted options
  seal(): void;
}

export class Options {
  private lines: Line[] = [];
  private held = false; // a line hangs in the hand: its order counts, not the document's
  private readonly list: HTMLElement;
  private readonly pattern: HTMLTemplateElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: OptionsHost,
  ) {
    this.list = root.querySelector("ul")!;
    this.pattern = root.querySelector("template")!;
    root.querySelector("[data-add]")!.addEventListener("click", () => this.add());
  }

  get value(): Option[] {
    return this.lines.map(({ id, keywords, label }) => ({ id, keywords: keywords.value, ...(label.value.trim() && { label: label.value }) }));
  }

  fill(value: unknown): void {
    if (this.held) return;
    const options = Array.isArray(value) ? (value as Option[]) : [];
    const old = new Map(this.lines.map((l) => [l.id, l]));
    this.lines = options.map((o) => old.get(o.id) ?? this.line(o.id));
    options.forEach((o, i) => {
      const line = this.lines[i];
      line.keywords.fill(o.keywords ?? []);
      if (line.label.value.trim() !== (o.label ?? "").trim()) line.label.value = o.label ?? "";
    });
    this.arrange();
  }

  // fault shows what is wrong with the nth option, or nothing.
  faults(of: (n: number) => string): void {
    this.lines.forEach((line, n) => {
      const text = of(n);
      const p = line.element.querySelector<HTMLElement>(".fault")!;
      p.hidden = text === "";
      p.querySelector("span")!.textContent = text;
      line.element.querySelector(".fp-keywords")!.classList.toggle("wrong", text !== "");
    });
  }

  focus(n: number): void {
    this.lines[n]?.element.querySelector<HTMLInputElement>("[data-keywords] input")?.focus();
  }

  private add(): void {
    this.host.seal();
    this.lines.push(this.line(freshID("o")));
    this.arrange();
    this.host.changed();
    this.host.seal();
    this.focus(this.lines.length - 1);
  }

  private remove(line: Line): void {
    const n = this.lines.indexOf(line);
    this.host.seal();
    this.lines.splice(n, 1);
    this.arrange();
    this.host.changed([line.id]);
    this.host.seal();
    this.host.announce(this.host.say("canvas.option.deleted"));
    const next = this.lines[Math.min(n, this.lines.length - 1)];
    (next?.element.querySelector<HTMLElement>("[data-remove]") ?? this.root.querySelector<HTMLElement>("[data-add]"))?.focus();
  }

  private move(line: Line, to: number): void {
    const n = this.lines.indexOf(line);
    if (to < 0 || to >= this.lines.length || to === n) return;
    this.lines.splice(n, 1);
    this.lines.splice(to, 0, line);
    this.arrange();
  }

  // arrange puts the elements into the order of the lines, and leaves alone what is in its place.
  private arrange(): void {
    const keep = new Set(this.lines.map((l) => l.element));
    for (const child of [...this.list.children]) if (!keep.has(child as HTMLElement)) child.remove();
    this.lines.forEach(({ element }, i) => {
      if (this.list.children[i] !== element) this.list.insertBefore(element, this.list.children[i] ?? null);
      const name = this.host.say("canvas.option.nth", { n: i + 1 });
      element.setAttribute("aria-label", name);
    });
  }

  private line(id: string): Line {
    const element = this.pattern.content.firstElementChild!.cloneNode(true) as HTMLElement;
    const box = element.querySelector<HTMLElement>("[data-keywords]")!;
    const label = element.querySelector<HTMLInputElement>("[data-label]")!;
    const changed = () => this.host.changed();
    const keywords = new Keywords(box, box.querySelector("input")!, this.host.say, changed);
    const line = { id, element, keywords, label };
    label.addEventListener("input", (e) => {
      if (!(e as InputEvent).isComposing) changed();
    });
    label.addEventListener("compositionend", changed);
    element.querySelector("[data-remove]")!.addEventListener("click", () => this.remove(line));
    this.grip(line, element.querySelector<HTMLElement>("[data-grip]")!);
    return line;
  }

  // grip moves a line: arrow keys, or dragging over the middle of its neighbours.
  private grip(line: Line, grip: HTMLElement): void {
    const settled = () => {
      this.host.seal();
      this.host.changed();
      this.host.seal();
      grip.focus();
      this.host.announce(this.host.say("canvas.option.moved", { n: this.lines.indexOf(line) + 1, all: this.lines.length }));
    };
    grip.addEventListener("keydown", (e) => {
      const step = e.key === "ArrowUp" ? -1 : e.key === "ArrowDown" ? 1 : 0;
      if (step === 0) return;
      e.preventDefault();
      this.move(line, this.lines.indexOf(line) + step);
      settled();
    });
    let before = "";
    const order = () => this.lines.map((l) => l.id).join();
    grip.addEventListener("pointerdown", (e) => {
      before = order();
      this.held = true;
      grip.setPointerCapture(e.pointerId);
      line.element.classList.add("held");
    });
    grip.addEventListener("pointermove", (e) => {
      if (!grip.hasPointerCapture(e.pointerId)) return;
      const middles = this.lines.filter((l) => l !== line).map((l) => l.element.getBoundingClientRect());
      this.move(line, middles.filter((r) => r.top + r.height / 2 < e.clientY).length);
      grip.setPointerCapture(e.pointerId); // moving an element in the document lets go of the pointer
    });
    const end = () => {
      this.held = false;
      line.element.classList.remove("held");
      if (before !== "" && before !== order()) settled();
      before = "";
    };
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }
}
