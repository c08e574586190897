// The fields of a form, or of one line of a list in it: binds what the server made of them to values. What is typed
// becomes a new set of values; what undo changes is shown.
import { controlOf } from "./controls";
import type { Editor } from "./editor";
import type { Config, Group, Issue, Name, Other } from "./types";

// Known is what fields may offer besides what stands on the page.
export interface Known {
  groups: Group[];
  flows: Other[];
  names: Name[]; // that every flow has
  secrets: string; // address that keeps a secret
  newVariable(types: string[], made: (name: string) => void): void; // asks for a variable of one of the types
}

// Control edits the value of one field.
export interface Control {
  read(): unknown; // undefined when there is nothing to keep
  fill(value: unknown): void;
  focus(part: string): void; // "1.when": a place within
  faults?(issues: Issue[]): void; // shows those that are about a place within; their fields begin there
  local?: string; // a fault that only the browser knows, such as letters in a number
  input?: HTMLElement;
}

// What a control may do to the form.
export interface Host {
  editor: Editor;
  known: Known;
  fresh: unknown; // the field's value in a new node; undefined when it has none
  changed(lost?: string[]): void;
  mark(): void; // the control's local fault has changed
}

interface Bound {
  name: string;
  slot: HTMLElement;
  control: Control;
}

export class Fields {
  values: Config = {};
  private readonly all: Bound[];
  private issues: Issue[] = [];

  constructor(
    root: HTMLElement,
    editor: Editor,
    known: Known,
    private readonly defaults: Config,
    private readonly changed: (name: string, lost?: string[]) => void,
  ) {
    this.all = [...root.querySelectorAll<HTMLElement>("[data-slot]")].map((slot) => {
      const name = slot.dataset.slot!;
      const host = { editor, known, fresh: defaults[name], changed: (lost?: string[]) => this.take(name, lost), mark: () => this.mark() };
      return { name, slot, control: controlOf(slot, host) };
    });
  }

  fill(values: Config): void {
    this.values = values;
    const whole = { ...this.defaults, ...values };
    for (const { name, slot, control } of this.all) {
      // An erased number is not the default: who types another one would be disturbed.
      control.fill(slot.dataset.type === "number" ? values[name] : whole[name]);
    }
    this.fold();
  }

  // faults shows problems at the fields that they are about; their paths begin with the field's name.
  faults(issues: Issue[]): void {
    this.issues = issues;
    this.mark();
  }

  // focus goes to a field ("options.1.label" goes to the second option); false when there is no such field.
  focus(path: string): boolean {
    const [name, rest] = cut(path);
    const field = this.all.find((f) => f.name === name);
    const folded = field?.slot.closest("details");
    if (folded) folded.open = true;
    field?.control.focus(rest);
    return field !== undefined;
  }

  private mark(): void {
    for (const { name, slot, control } of this.all) {
      const within = this.issues.filter((i) => i.field!.startsWith(`${name}.`)).map((i) => ({ ...i, field: cut(i.field!)[1] }));
      const own = this.issues.find((i) => i.field === name);
      control.faults?.(within);
      fault(slot, control.input, control.local || own?.text || (control.faults ? "" : (within[0]?.text ?? "")));
    }
  }

  // take keeps what a field holds now. What the form does not know is kept too.
  private take(name: string, lost?: string[]): void {
    const value = this.all.find((f) => f.name === name)!.control.read();
    const values = { ...this.values };
    if (value === undefined) delete values[name];
    else values[name] = value;
    if (JSON.stringify(values) === JSON.stringify(this.values)) return;
    this.values = values;
    this.fold();
    this.changed(name, lost);
  }

  // fold hides the fields that another one's value makes pointless.
  private fold(): void {
    for (const { slot } of this.all) {
      const { when, whenIs } = slot.dataset;
      if (when === undefined) continue;
      const value = this.values[when] ?? this.defaults[when];
      const is = value === undefined ? ["", "false"] : [String(value)];
      slot.hidden = !whenIs!.split(" ").some((w) => is.includes(w));
    }
    for (const more of new Set(this.all.map((f) => f.slot.closest("details")))) {
      if (more) more.hidden = ![...more.querySelectorAll<HTMLElement>("[data-slot]")].some((s) => !s.hidden);
    }
  }
}

// cut splits "rules.0.when" into "rules" and "0.when".
export function cut(path: string): [first: string, rest: string] {
  const dot = path.indexOf(".");
  return dot < 0 ? [path, ""] : [path.slice(0, dot), path.slice(dot + 1)];
}

// whenTyped calls f after each input, but not while an input method still composes.
export function whenTyped(input: HTMLElement, f: () => void): void {
  input.addEventListener("input", (e) => {
    if (!(e as InputEvent).isComposing) f();
  });
  input.addEventListener("compositionend", f);
}

// fault shows a sentence below a field, or takes it away.
export function fault(slot: HTMLElement, input: HTMLElement | undefined, sentence: string): void {
  const p = [...slot.querySelectorAll<HTMLElement>(".fault")].at(-1)!;
  sentence = sentence.replace(/^[^“]{0,10}“[^”]*”[：:]\s*(.)/, (_, first: string) => first.toUpperCase()); // which node it is about is seen here
  if (!p.hidden || sentence) p.querySelector("span")!.textContent = sentence;
  p.hidden = sentence === "";
  if (!input) return;
  if (!sentence) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    return;
  }
  p.id = `${input.id}-fault`;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", p.id);
}
