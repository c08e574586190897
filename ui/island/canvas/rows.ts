// Rows: the lines of a list that are deleted and put into order, by dragging a grip or by its arrow keys.
import type { Say } from "./types";

export interface Row {
  id: string;
  element: HTMLElement;
}

export interface RowsHost {
  say: Say;
  announce(text: string): void;
  changed(lost?: string[]): void; // lost are the exits of deleted lines
  seal(): void;
}

export class Rows<R extends Row> {
  lines: R[] = [];
  held = false; // a line hangs in the hand: its order counts, not the document's

  constructor(
    private readonly root: HTMLElement, // has the list and the button that adds
    private readonly list: HTMLElement,
    private readonly host: RowsHost,
    private readonly words: string, // the keys of what is said begin with "canvas." and this
  ) {}

  // add puts a line at the end as one act.
  add(line: R): void {
    this.host.seal();
    this.lines.push(line);
    this.arrange();
    this.host.changed();
    this.host.seal();
  }

  // arrange puts the elements into the order of the lines, and leaves alone what is in its place.
  arrange(): void {
    const keep = new Set(this.lines.map((l) => l.element));
    for (const child of [...this.list.children]) if (!keep.has(child as HTMLElement)) child.remove();
    this.lines.forEach(({ element }, i) => {
      if (this.list.children[i] !== element) this.list.insertBefore(element, this.list.children[i] ?? null);
      element.setAttribute("aria-label", this.host.say(`canvas.${this.words}.nth`, { n: i + 1 }));
    });
  }

  // bind gives a new line its grip and its cross.
  bind(line: R): R {
    line.element.querySelector("[data-remove]")!.addEventListener("click", () => this.remove(line));
    this.grip(line, line.element.querySelector<HTMLElement>("[data-grip]")!);
    return line;
  }

  private remove(line: R): void {
    const n = this.lines.indexOf(line);
    this.host.seal();
    this.lines.splice(n, 1);
    this.arrange();
    this.host.changed([line.id]);
    this.host.seal();
    this.host.announce(this.host.say(`canvas.${this.words}.deleted`));
    const next = this.lines[Math.min(n, this.lines.length - 1)];
    (next?.element.querySelector<HTMLElement>("[data-remove]") ?? this.root.querySelector<HTMLElement>("[data-add]"))?.focus();
  }

  private move(line: R, to: number): void {
    const n = this.lines.indexOf(line);
    if (to < 0 || to >= this.lines.length || to === n) return;
    this.lines.splice(n, 1);
    this.lines.splice(to, 0, line);
    this.arrange();
  }

  // grip moves a line: arrow keys, or dragging over the middle of its neighbours.
  private grip(line: R, grip: HTMLElement): void {
    const settled = () => {
      this.host.seal();
      this.host.changed();
      this.host.seal();
      grip.focus();
      this.host.announce(this.host.say(`canvas.${this.words}.moved`, { n: this.lines.indexOf(line) + 1, all: this.lines.length }));
    };
    grip.addEventListener("keydown", (e) => {
      const step = e.key === "ArrowUp" ? -1 : e.key === "ArrowDown" ? 1 : 0;
      if (step === 0) return;
      e.preventDefault();
      this.move(line, this.lines.indexOf(line) + step);
      settled();
    });
    let before: R[] = [];
    grip.addEventListener("pointerdown", (e) => {
      before = [...this.lines];
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
      if (before.some((l, i) => l !== this.lines[i])) settled();
      before = [];
    };
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }
}
