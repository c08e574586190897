// The editor of a branch's options: add, delete, reorder by dragging or by keys, keywords as chips, a label.
import { Keywords } from "./keywords";
import { type Row, Rows, type RowsHost } from "./rows";
import { freshID } from "./types";

interface Option {
  id: string;
  keywords: string[];
  label?: string;
}

interface Line extends Row {
  keywords: Keywords;
  label: HTMLInputElement;
}

export class Options {
  private readonly rows: Rows<Line>;
  private readonly pattern: HTMLTemplateElement;

  constructor(
    root: HTMLElement,
    private readonly host: RowsHost,
  ) {
    this.rows = new Rows(root, root.querySelector("ul")!, host, "option");
    this.pattern = root.querySelector("template")!;
    root.querySelector("[data-add]")!.addEventListener("click", () => {
      this.rows.add(this.line(freshID("o")));
      this.focus(this.rows.lines.length - 1);
    });
  }

  get value(): Option[] {
    return this.rows.lines.map(({ id, keywords, label }) => ({ id, keywords: keywords.value, ...(label.value.trim() && { label: label.value }) }));
  }

  fill(value: unknown): void {
    if (this.rows.held) return;
    const options = Array.isArray(value) ? (value as Option[]) : [];
    const old = new Map(this.rows.lines.map((l) => [l.id, l]));
    this.rows.lines = options.map((o) => old.get(o.id) ?? this.line(o.id));
    options.forEach((o, i) => {
      const line = this.rows.lines[i];
      line.keywords.fill(o.keywords ?? []);
      if (line.label.value.trim() !== (o.label ?? "").trim()) line.label.value = o.label ?? "";
    });
    this.rows.arrange();
  }

  // fault shows what is wrong with the nth option, or nothing.
  faults(of: (n: number) => string): void {
    this.rows.lines.forEach((line, n) => {
      const text = of(n);
      const p = line.element.querySelector<HTMLElement>(".fault")!;
      p.hidden = text === "";
      p.querySelector("span")!.textContent = text;
      line.element.querySelector(".fp-keywords")!.classList.toggle("wrong", text !== "");
    });
  }

  focus(n: number): void {
    this.rows.lines[n]?.element.querySelector<HTMLInputElement>("[data-keywords] input")?.focus();
  }

  private line(id: string): Line {
    const element = this.pattern.content.firstElementChild!.cloneNode(true) as HTMLElement;
    const box = element.querySelector<HTMLElement>("[data-keywords]")!;
    const label = element.querySelector<HTMLInputElement>("[data-label]")!;
    const changed = () => this.host.changed();
    const { say } = this.host;
    const words = {
      drop: (word: string) => say("canvas.option.dropKeyword", { word }),
      first: say("canvas.option.keyword"),
      more: say("canvas.option.more"),
    };
    const keywords = new Keywords(box, box.querySelector("input")!, words, changed);
    label.addEventListener("input", (e) => {
      if (!(e as InputEvent).isComposing) changed();
    });
    label.addEventListener("compositionend", changed);
    return this.rows.bind({ id, element, keywords, label });
  }
}
