// The panel on the right (a sheet from below on a phone): the form of the selected node, or what there is to say about
// an edge, several nodes, or the flow.
import { icon } from "../page";
import type { Editor } from "./editor";
import { Exits } from "./exits";
import type { Form } from "./form";

export class Panel {
  private readonly exits: Exits;

  constructor(
    private readonly root: HTMLElement,
    private readonly editor: Editor,
    readonly form: Form,
  ) {
    this.exits = new Exits(root.querySelector<HTMLElement>("[data-exits]")!, editor);
    editor.selection.listen(() => this.show());
    editor.doc.listen(() => this.show());
    editor.scene.listen(() => this.show());
    root.addEventListener("click", (e) => this.click(e));
    root.addEventListener("keydown", (e) => this.key(e));
    this.show();
  }

  // open shows a node's form and puts the focus into it.
  open(id: string, field?: string): void {
    this.editor.selection.only([id]);
    this.raise(true);
    this.form.focus(field);
  }

  // raise opens or closes the sheet of a narrow screen; a wide one always shows the panel.
  raise(up: boolean): void {
    this.root.classList.toggle("up", up);
    this.root.querySelector("[data-raise]")?.setAttribute("aria-expanded", String(up));
    const sheet = getComputedStyle(this.root).position === "absolute";
    this.editor.camera.inset = up && sheet ? this.root.offsetHeight : 0;
    if (up && sheet) this.editor.reveal(this.editor.selection.nodes);
  }

  private show(): void {
    const { selection, doc, scene, say } = this.editor;
    const node = doc.nodes.get(selection.node ?? "");
    const edge = doc.edges.get(selection.edge ?? "");
    const many = !node && !edge && selection.all.length > 0;
    const view = node ? "node" : edge ? "edge" : many ? "many" : "none";
    for (const e of this.root.querySelectorAll<HTMLElement>("[data-view]")) e.hidden = !e.dataset.view!.split(" ").includes(view);
    if (this.root.dataset.showing !== view && view === "none") this.raise(false);
    this.root.dataset.showing = view;
    const kind = node && scene.kind(node);
    this.put("[data-head]", node ? (kind?.label ?? node.kind) : edge ? say("canvas.edge") : many ? this.editor.describe(selection.all) : say("canvas.panel.flow"));
    const sign = this.root.querySelector<HTMLElement>("[data-head-icon]")!;
    sign.dataset.tone = kind?.tone ?? "";
    sign.replaceChildren(icon(kind?.icon ?? (edge ? "arrow-right" : many ? "copy" : "workflow")));
    if (node) {
      this.put("[data-about]", kind?.about ?? "");
      for (const e of this.root.querySelectorAll<HTMLElement>("[data-when-free]")) e.hidden = kind?.single ?? false;
      this.form.show(node);
      this.exits.show(node);
    }
    if (edge) {
      const from = doc.nodes.get(edge.from)!;
      const exit = scene.face(from).ports.find((p) => p.id === edge.port)?.label ?? edge.port;
      this.put("[data-edge-words]", say("canvas.panel.edge", { from: scene.name(from), exit, to: scene.name(doc.nodes.get(edge.to)!) }));
    }
  }

  private put(selector: string, words: string): void {
    const e = this.root.querySelector(selector);
    if (e && e.textContent !== words) e.textContent = words;
  }

  private click(e: Event): void {
    const button = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-do]") : null;
    switch (button?.dataset.do) {
      case "delete":
        return this.editor.remove();
      case "duplicate":
        return this.editor.duplicate();
      case "raise":
        return this.raise(!this.root.classList.contains("up"));
    }
  }

  // Escape leaves the form and goes back to the canvas.
  private key(e: KeyboardEvent): void {
    if (e.key !== "Escape" || e.isComposing || e.defaultPrevented) return;
    e.preventDefault();
    this.raise(false);
    document.querySelector<HTMLElement>("flow-canvas")?.focus();
  }
}
