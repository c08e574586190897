// The control of a list: lines of the same fields, added, deleted and put into order. A line that is an exit has an id
// of its own, which nobody sees; its edge goes with it.
import { type Control, cut, fault, Fields, type Host } from "./fields";
import { type Row, Rows } from "./rows";
import { type Config, freshID, type Issue } from "./types";

interface Line extends Row {
  fields: Fields;
}

let serial = 0; // of the lines of this page, for the ids of their controls

export class List implements Control {
  private readonly rows: Rows<Line>;
  private readonly pattern: HTMLTemplateElement;
  private readonly ported: boolean;
  private readonly add: HTMLButtonElement;

  constructor(
    private readonly slot: HTMLElement,
    private readonly host: Host,
  ) {
    const { editor } = host;
    this.pattern = slot.querySelector("template")!;
    this.ported = slot.dataset.ported !== undefined;
    this.add = slot.querySelector<HTMLButtonElement>("[data-add]")!;
    this.rows = new Rows(
      slot,
      slot.querySelector("ul")!,
      {
        say: editor.say,
        announce: (words) => editor.announce(words),
        changed: (lost) => host.changed(this.ported ? lost : []),
        seal: () => editor.doc.seal(),
      },
      "row",
    );
    this.add.addEventListener("click", () => {
      this.rows.add(this.line(this.begin()));
      this.bound();
      this.focus(String(this.rows.lines.length - 1));
    });
  }

  read(): Config[] {
    return this.rows.lines.map((l) => l.fields.values);
  }

  fill(value: unknown): void {
    if (this.rows.held) return;
    const all = Array.isArray(value) ? (value as Config[]) : [];
    const old = new Map(this.rows.lines.map((l, i) => [this.ported ? l.id : String(i), l]));
    this.rows.lines = all.map((v, i) => old.get(this.ported ? String(v.id) : String(i)) ?? this.line(v));
    all.forEach((v, i) => this.rows.lines[i].fields.fill(v));
    this.rows.arrange();
    this.bound();
  }

  faults(issues: Issue[]): void {
    this.rows.lines.forEach(({ element, fields }, n) => {
      const mine = issues.filter((i) => cut(i.field!)[0] === String(n)).map((i) => ({ ...i, field: cut(i.field!)[1] }));
      fields.faults(mine.filter((i) => i.field));
      fault(element.querySelector<HTMLElement>(".fp-row-body")!, undefined, mine.find((i) => !i.field)?.text ?? "");
    });
  }

  focus(part: string): void {
    const [n, member] = cut(part || "0");
    const line = this.rows.lines[Number(n)];
    if (!line) this.add.focus();
    else if (!member || !line.fields.focus(member)) line.element.querySelector<HTMLElement>(".fp-row-body :is(input, select, textarea, [data-day]):not([hidden])")?.focus();
  }

  // begin is what a new line holds: what the first line of a new node does, without its words.
  private begin(): Config {
    const first = Array.isArray(this.host.fresh) ? (this.host.fresh[0] as Config | undefined) : undefined;
    const values: Config = {};
    for (const slot of this.pattern.content.querySelectorAll<HTMLElement>("[data-slot]")) {
      const { slot: name, type, least } = slot.dataset;
      const given = first?.[name!];
      if (type === "line" || type === "text" || type === "expression") {
        if (given !== undefined) values[name!] = "";
      } else if (given !== undefined) values[name!] = structuredClone(given);
      else if (type === "number" && Number(least) > 0) values[name!] = Number(least);
      else if (type === "choice") values[name!] = slot.querySelector<HTMLOptionElement>("option:nth-child(2)")?.value;
    }
    return this.ported ? { id: freshID("o"), ...values } : values;
  }

  private line(values: Config): Line {
    const element = this.pattern.content.firstElementChild!.cloneNode(true) as HTMLElement;
    number(element, ++serial);
    const fields = new Fields(element, this.host.editor, this.host.known, {}, (_, lost) => this.host.changed(lost));
    fields.fill(values);
    return this.rows.bind({ id: String(values.id ?? serial), element, fields });
  }

  // bound takes away the buttons that would lead beyond how many lines there may be.
  private bound(): void {
    const { least, most } = this.slot.dataset;
    const n = this.rows.lines.length;
    this.add.hidden = Number(most) > 0 && n >= Number(most);
    for (const l of this.rows.lines) l.element.querySelector<HTMLElement>("[data-remove]")!.hidden = n <= Number(least);
  }
}

// number makes the ids of a line's controls differ from those of its neighbours.
function number(element: HTMLElement, n: number): void {
  for (const name of ["id", "for", "aria-labelledby"]) {
    for (const e of element.querySelectorAll(`[${name}]`)) e.setAttribute(name, `${e.getAttribute(name)}-${n}`);
  }
}
