// The form of one node. Its fields come ready from the server, one template for each kind; this binds them to the
// document: what is typed becomes a "set", and what undo changes is shown.
import type { Editor } from "./editor";
import { Options } from "./options";
import type { Config, FlowNode, Group, Issue } from "./types";

// One bound field.
interface Bound {
  name: string;
  slot: HTMLElement;
  read: () => unknown; // undefined when there is nothing to keep
  fill: (value: unknown) => void;
  faults: (issues: Issue[]) => void;
  focus: (part?: string) => void;
  local: string; // a fault that only the browser knows, such as letters in a number
}

export class Form {
  private node?: string;
  private kind?: string;
  private fields: Bound[] = [];
  private groups: Group[] = [];
  private readonly title: HTMLInputElement;
  private readonly place: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly editor: Editor,
  ) {
    this.title = root.querySelector<HTMLInputElement>("[data-title]")!;
    this.place = root.querySelector<HTMLElement>("[data-fields]")!;
    whenTyped(this.title, () => {
      const node = this.current();
      if (node && this.title.value !== node.title) editor.rename(node.id, this.title.value);
    });
    root.addEventListener("focusout", () => editor.doc.seal());
    root.addEventListener("submit", (e) => e.preventDefault());
    root.addEventListener("click", (e) => this.insertHole(e));
  }

  // show puts a node into the form.
  show(node: FlowNode): void {
    if (node.id !== this.node) this.editor.doc.seal();
    if (node.kind !== this.kind || node.id !== this.node) this.build(node);
    this.node = node.id;
    if (this.title.value !== (node.title ?? "")) this.title.value = node.title ?? "";
    this.title.placeholder = this.editor.scene.kind(node)?.label ?? node.kind;
    for (const f of this.fields) f.fill(node.config?.[f.name]);
    this.mark();
  }

  // offer replaces the list of skill groups.
  offer(groups: Group[]): void {
    this.groups = groups;
    const node = this.current();
    if (node) this.show(node);
  }

  // mark shows the problems of the node at the fields they are about.
  mark(): void {
    const issues = this.editor.scene.issues.filter((i) => i.node === this.node && i.field);
    for (const f of this.fields) f.faults(issues.filter((i) => i.field!.split(".")[0] === f.name));
    fault(this.title.closest<HTMLElement>("[data-slot]")!, this.title, issues.find((i) => i.field === "title")?.text ?? "");
  }

  // focus goes to a field ("options.1.label" goes to the second option), or to the first one.
  focus(path = ""): void {
    const [name, part] = path.split(".");
    const field = this.fields.find((f) => f.name === name);
    const folded = field?.slot.closest("details");
    if (folded) folded.open = true;
    if (field) field.focus(part);
    else this.title.focus();
    if (document.activeElement === this.title) this.title.select();
  }

  private current(): FlowNode | undefined {
    return this.editor.doc.nodes.get(this.node ?? "");
  }

  private build(node: FlowNode): void {
    const template = document.querySelector<HTMLTemplateElement>(`template[data-form="${CSS.escape(node.kind)}"]`);
    this.kind = node.kind;
    this.place.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
    this.fields = [...this.place.querySelectorAll<HTMLElement>("[data-slot]")].map((slot) => this.bind(slot));
    if (this.editor.readonly) for (const e of this.root.querySelectorAll<HTMLInputElement>("input, textarea, select, button")) e.disabled = true;
  }

  private bind(slot: HTMLElement): Bound {
    const name = slot.dataset.slot!;
    if (slot.dataset.type === "options") return this.bindOptions(slot, name);
    const input = slot.querySelector<HTMLInputElement>("input, textarea, select")!;
    const bound: Bound = {
      name,
      slot,
      local: "",
      read: () => (slot.dataset.type === "number" ? number(input) : text(input.value, this.defaults(), name)),
      fill: (value) => {
        if (slot.dataset.type === "group") this.fillGroups(input as unknown as HTMLSelectElement, value);
        const wanted = value === undefined || value === null ? "" : String(value);
        if (bound.local === "" && input.value !== wanted) input.value = wanted;
        count(slot, input);
      },
      faults: (issues) => fault(slot, input, bound.local || (issues[0]?.text ?? "")),
      focus: () => input.focus(),
    };
    whenTyped(input, () => {
      bound.local = input.validity.badInput || input.validity.stepMismatch ? this.editor.say("canvas.form.number") : "";
      count(slot, input);
      if (bound.local) this.mark();
      else this.commit(name);
    });
    return bound;
  }

  private bindOptions(slot: HTMLElement, name: string): Bound {
    const options = new Options(slot, {
      say: this.editor.say,
      announce: (words) => this.editor.announce(words),
      changed: (lost) => this.commit(name, lost),
      seal: () => this.editor.doc.seal(),
    });
    return {
      name,
      slot,
      local: "",
      read: () => options.value,
      fill: (value) => options.fill(value),
      faults: (issues) => {
        options.faults((n) => issues.find((i) => i.field!.startsWith(`${name}.${n}.`))?.text ?? "");
        fault(slot, undefined, issues.find((i) => i.field === name)?.text ?? "");
      },
      focus: (part) => options.focus(Number(part ?? 0)),
    };
  }

  // commit turns one field into a "set" of the node's config. What the form does not know is kept.
  private commit(name: string, lost: string[] = []): void {
    const node = this.current();
    if (!node) return;
    const value = this.fields.find((f) => f.name === name)!.read();
    const config: Config = { ...node.config };
    if (value === undefined) delete config[name];
    else config[name] = value;
    if (JSON.stringify(config) !== JSON.stringify(node.config ?? {})) this.editor.configure(node.id, config, name, lost);
  }

  private defaults(): Config {
    return this.editor.kinds.get(this.kind ?? "")?.config ?? {};
  }

  // fillGroups lists the groups there are, and the chosen one even when it is gone.
  private fillGroups(select: HTMLSelectElement, value: unknown): void {
    const list = [...this.groups];
    if (typeof value === "string" && value !== "" && !list.some((g) => g.id === value)) {
      list.push({ id: value, name: this.editor.say("canvas.form.groupGone") });
    }
    const shown = [...select.options].slice(1).map((o) => `${o.value} ${o.text}`);
    if (shown.join("\n") === list.map((g) => `${g.id} ${g.name}`).join("\n")) return;
    select.replaceChildren(select.options[0], ...list.map((g) => new Option(g.name, g.id)));
  }

  // insertHole puts ${Name} at the caret of the text that the button belongs to.
  private insertHole(e: Event): void {
    const button = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-hole]") : null;
    const area = button?.closest("[data-slot]")?.querySelector("textarea");
    if (!button || !area) return;
    area.setRangeText(button.dataset.hole!, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// whenTyped calls f after each input, but not while an input method still composes.
export function whenTyped(input: HTMLElement, f: () => void): void {
  input.addEventListener("input", (e) => {
    if (!(e as InputEvent).isComposing) f();
  });
  input.addEventListener("compositionend", f);
}

function number(input: HTMLInputElement): number | undefined {
  return input.value === "" ? undefined : Number(input.value);
}

// text keeps an empty text only where a new node has one too, so that typing and erasing leaves no trace.
function text(value: string, defaults: Config, name: string): string | undefined {
  return value === "" && !(name in defaults) ? undefined : value;
}

function count(slot: HTMLElement, input: HTMLInputElement): void {
  const counter = slot.querySelector<HTMLElement>("[data-max]");
  if (!counter) return;
  const max = Number(counter.dataset.max);
  const used = [...input.value].length;
  counter.hidden = used < max * 0.8;
  counter.textContent = `${used}/${max}`;
  counter.classList.toggle("over", used > max);
}

// fault shows a sentence below a field, or takes it away.
function fault(slot: HTMLElement, input: HTMLElement | undefined, sentence: string): void {
  const p = [...slot.querySelectorAll<HTMLElement>(".fault")].at(-1)!;
  p.hidden = sentence === "";
  p.querySelector("span")!.textContent = sentence;
  if (sentence) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
}
