// The form of one node. Its fields come ready from the server, one template for each kind; this binds them to the
// document: what is typed becomes a "set", and what undo changes is shown.
import { Completion } from "./complete";
import type { Editor } from "./editor";
import { fault, Fields, type Known, whenTyped } from "./fields";
import type { FlowNode, Inspection } from "./types";

export class Form {
  private node?: string;
  private kind?: string;
  private fields?: Fields;
  private readonly title: HTMLInputElement;
  private readonly place: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly editor: Editor,
    private readonly known: Known,
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
    new Completion(root, {
      say: editor.say,
      announce: (words) => editor.announce(words),
      vars: () => editor.doc.vars,
      names: () => known.names,
    });
  }

  // show puts a node into the form.
  show(node: FlowNode): void {
    if (node.id !== this.node) this.editor.doc.seal();
    if (node.kind !== this.kind || node.id !== this.node) this.build(node);
    this.node = node.id;
    if (this.title.value !== (node.title ?? "")) this.title.value = node.title ?? "";
    this.title.placeholder = this.editor.scene.kind(node)?.label ?? node.kind;
    this.fields!.fill(node.config ?? {});
    if (this.editor.readonly) for (const e of this.root.querySelectorAll<HTMLInputElement>("input, textarea, select, button")) e.disabled = !e.matches(".fp-help");
    this.mark();
  }

  // offer takes in the skill groups and flows that there are now.
  offer({ groups, flows }: Inspection): void {
    this.known.groups = groups;
    if (flows) this.known.flows = flows;
    const node = this.current();
    if (node) this.show(node);
  }

  // mark shows the problems of the node at the fields they are about.
  mark(): void {
    const issues = this.editor.scene.issues.filter((i) => i.node === this.node && i.field);
    this.fields!.faults(issues);
    fault(this.title.closest<HTMLElement>("[data-slot]")!, this.title, issues.find((i) => i.field === "title")?.text ?? "");
  }

  // focus goes to a field ("options.1.label" goes to the second option), or to the first one.
  focus(path = ""): void {
    if (path && this.fields!.focus(path)) return;
    this.title.focus();
    this.title.select();
  }

  private current(): FlowNode | undefined {
    return this.editor.doc.nodes.get(this.node ?? "");
  }

  private build(node: FlowNode): void {
    const template = document.querySelector<HTMLTemplateElement>(`template[data-form="${CSS.escape(node.kind)}"]`);
    this.kind = node.kind;
    this.place.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
    const defaults = this.editor.kinds.get(node.kind)?.config ?? {};
    const fields: Fields = new Fields(this.place, this.editor, this.known, defaults, (name, lost) => {
      // What the server answers late belongs to this node, whichever the form shows by then.
      if (this.editor.doc.nodes.has(node.id)) this.editor.configure(node.id, fields.values, name, lost);
    });
    this.fields = fields;
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
