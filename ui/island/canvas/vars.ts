// The dialog of the flow's variables. What is typed counts at once, as on the canvas, and is undone there.
import type { Op } from "./doc";
import type { Editor } from "./editor";
import { fault, whenTyped } from "./fields";
import { renamed, usedBy } from "./uses";
import type { Issue, Variable } from "./types";

const GOOD = /^[A-Za-z][A-Za-z0-9_]*$/;

interface Row {
  element: HTMLElement;
  of: (part: string) => HTMLInputElement;
}

export class Vars {
  private rows: Row[] = [];
  private fresh?: Variable; // a line that has no name yet, and is not in the flow
  private made?: (name: string) => void; // waits for a variable
  private last = ""; // the variable that was made last
  private readonly list: HTMLElement;

  constructor(
    private readonly root: HTMLDialogElement,
    private readonly editor: Editor,
    opens: HTMLElement,
  ) {
    this.list = root.querySelector("ul")!;
    opens.addEventListener("click", () => this.open());
    root.querySelector("[data-add]")?.addEventListener("click", () => this.add("text"));
    root.addEventListener("focusout", () => editor.doc.seal());
    root.addEventListener("close", () => this.closed());
    editor.doc.listen(({ ops, cause }) => {
      if (root.open && (cause === "load" || ops.some((op) => op.op === "vars"))) this.show();
    });
    editor.scene.listen(() => {
      if (root.open) this.mark();
    });
  }

  // open shows the variables and goes to the one of that name.
  open(name?: string): void {
    this.show();
    if (!this.root.open) this.root.showModal();
    const n = this.editor.doc.vars.findIndex((v) => v.name === name);
    if (n >= 0) this.rows[n].of("name").focus();
  }

  // create asks for a new variable of one of the types; made is told its name.
  create(types: string[], made: (name: string) => void): void {
    this.open();
    this.add(types[0] ?? "text");
    [this.made, this.last] = [made, ""];
  }

  private get all(): Variable[] {
    const { vars } = this.editor.doc;
    return this.fresh ? [...vars, this.fresh] : [...vars];
  }

  private add(type: string): void {
    this.fresh ??= { name: "", type };
    this.show();
    this.rows.at(-1)!.of("name").focus();
  }

  // closed takes over what was still being typed, and tells who waited.
  private closed(): void {
    this.rows.forEach(({ of }, n) => this.rename(n, of("name").value.trim()));
    this.fresh = undefined;
    this.editor.doc.seal();
    const { made, last } = this;
    this.made = undefined;
    if (made && last) made(last);
  }

  // show draws a line for each variable, and leaves those alone that are there already: the caret must not jump.
  private show(): void {
    const { all } = this;
    while (this.rows.length > all.length) this.rows.pop()!.element.remove();
    while (this.rows.length < all.length) this.rows.push(this.row(this.rows.length));
    all.forEach((v, n) => this.fill(this.rows[n], v));
    this.root.querySelector<HTMLElement>("[data-none]")!.hidden = all.length > 0;
    this.root.querySelector<HTMLElement>(".fv-table")!.hidden = all.length === 0;
    this.mark();
  }

  private fill(row: Row, v: Variable): void {
    const flag = v.type === "flag";
    const put = (part: string, value: string) => {
      const input = row.of(part);
      if (input.value !== value) input.value = value;
    };
    put("name", v.name);
    put("type", v.type);
    row.of("default").type = v.type === "date" ? "date" : "text";
    row.of("default").inputMode = v.type === "number" ? "decimal" : "";
    row.of("default").hidden = flag;
    row.of("flag").parentElement!.hidden = !flag;
    put("default", flag ? "" : (v.default ?? ""));
    put("flag", flag && v.default === "true" ? "true" : "");
    put("about", v.about ?? "");
    row.of("secret").checked = v.secret ?? false;
    row.element.querySelector<HTMLElement>("[data-ask]")!.hidden = true;
  }

  // mark shows the problems of each variable.
  private mark(): void {
    this.all.forEach((v, n) => {
      const issue = v === this.fresh ? undefined : this.editor.scene.issues.find((i: Issue) => i.var === v.name);
      const { element, of } = this.rows[n];
      const name = of("name");
      name.id ||= `var-${n}`;
      fault(element, name, issue?.text ?? "");
    });
  }

  private row(n: number): Row {
    const element = this.root.querySelector("template")!.content.firstElementChild!.cloneNode(true) as HTMLElement;
    const of = (part: string) => element.querySelector<HTMLInputElement>(`[data-of="${part}"]`)!;
    this.list.append(element);
    of("name").addEventListener("change", () => this.rename(n, of("name").value.trim()));
    of("name").addEventListener("keydown", (e) => {
      if (e.key === "Enter" && !e.isComposing) this.named(n, of("name").value.trim());
    });
    for (const part of ["default", "about"]) whenTyped(of(part), () => this.set(n, part, { [part]: of(part).value }));
    of("type").addEventListener("change", () => this.set(n, "type", { type: of("type").value, default: undefined }));
    of("flag").addEventListener("change", () => this.set(n, "default", { default: of("flag").value }));
    of("secret").addEventListener("change", () => this.set(n, "secret", { secret: of("secret").checked }));
    const remove = (selector: string, act: () => void) => element.querySelector(selector)!.addEventListener("click", act);
    remove("[data-remove]", () => this.askRemove(n));
    remove("[data-ask-yes]", () => this.remove(n));
    remove("[data-ask-no]", () => {
      element.querySelector<HTMLElement>("[data-ask]")!.hidden = true;
      element.querySelector<HTMLElement>("[data-remove]")!.focus();
    });
    if (this.editor.readonly) for (const e of element.querySelectorAll<HTMLInputElement>("input, select, button")) e.disabled = true;
    return { element, of };
  }

  // set changes parts of one variable.
  private set(n: number, part: string, parts: Partial<Variable>): void {
    const now = tidy({ ...this.all[n], ...parts });
    if (this.all[n] === this.fresh) {
      this.fresh = now;
      return this.show();
    }
    const { doc, say } = this.editor;
    if (JSON.stringify(now) === JSON.stringify(doc.vars[n])) return;
    this.editor.declare(doc.vars.with(n, now), say("canvas.vars.did.edit", { name: now.name }), [], `var ${n} ${part}`);
  }

  // named is Enter in a name: a variable that somebody waits for is ready.
  private named(n: number, name: string): void {
    this.rename(n, name);
    if (this.made && GOOD.test(name)) this.root.close();
  }

  // rename changes a variable's name, and with it every place where it is used.
  private rename(n: number, to: string): void {
    const { doc, say } = this.editor;
    const was = this.all[n];
    if (to === was.name || to === "") return this.show();
    if (was === this.fresh) {
      this.fresh = undefined;
      this.last = to;
      return this.editor.declare([...doc.vars, tidy({ ...was, name: to })], say("canvas.vars.did.add", { name: to }));
    }
    const taken = doc.vars.some((v) => v.name === to);
    const more = taken || this.shared(was.name) || !GOOD.test(to) || !GOOD.test(was.name) ? [] : this.renames(was.name, to);
    this.editor.declare(doc.vars.with(n, { ...was, name: to }), say("canvas.vars.did.rename", { name: was.name, to }), more);
  }

  // shared tells whether several lines have one name. Then its uses belong to none of them alone.
  private shared(name: string): boolean {
    return this.editor.doc.vars.filter((v) => v.name === name).length > 1;
  }

  private renames(name: string, to: string): Op[] {
    return [...this.editor.doc.nodes.values()].flatMap((node): Op[] => {
      const config = renamed(node, name, to);
      return config ? [{ op: "set", id: node.id, config }] : [];
    });
  }

  // askRemove warns where the variable is used.
  private askRemove(n: number): void {
    const { name } = this.all[n];
    const nodes = this.all[n] === this.fresh || this.shared(name) ? [] : usedBy(this.editor, name);
    if (nodes.length === 0) return this.remove(n);
    const { say, scene } = this.editor;
    const ask = this.rows[n].element.querySelector<HTMLElement>("[data-ask]")!;
    const names = nodes.map((node) => scene.name(node)).join(say("canvas.list.comma"));
    ask.hidden = false;
    ask.querySelector("p")!.textContent = say("canvas.vars.used", { name, nodes: names });
    ask.querySelector<HTMLElement>("[data-ask-no]")!.focus();
  }

  private remove(n: number): void {
    const gone = this.all[n];
    if (gone === this.fresh) {
      this.fresh = undefined;
      this.show();
    } else {
      const label = this.editor.say("canvas.vars.did.remove", { name: gone.name });
      this.editor.declare(this.editor.doc.vars.filter((_, i) => i !== n), label);
      this.editor.announce(label);
    }
    const next = this.rows[Math.min(n, this.rows.length - 1)]?.element;
    (next?.querySelector<HTMLElement>("[data-remove]") ?? this.root.querySelector<HTMLElement>("[data-add]"))?.focus();
  }
}

// tidy leaves out what is empty, as the Go side writes it.
function tidy({ name, type, default: value, secret, about }: Variable): Variable {
  return { name, type, ...(value && { default: value }), ...(secret && { secret }), ...(about && { about }) };
}
