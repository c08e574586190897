// The exits of a node as a list: each with a choice of where it leads. It is the way to wire a flow without drawing.
import { icon } from "../page";
import { el } from "./dom";
import type { Editor } from "./editor";
import { refuseEdge } from "./rules";
import type { FlowNode, Port } from "./types";

export class Exits {
  private shown = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly editor: Editor,
  ) {
    root.addEventListener("pointerdown", (e) => this.stock(e));
    root.addEventListener("focusin", (e) => this.stock(e));
    root.addEventListener("change", (e) => this.lead(e.target as HTMLSelectElement));
  }

  // show lists the exits of a node, anew only when something about them has changed.
  show(node: FlowNode): void {
    const { scene, doc, say, readonly } = this.editor;
    const ports = scene.face(node).ports;
    const targets = ports.map((p) => doc.nodes.get(doc.exit(node.id, p.id)?.to ?? ""));
    const state = JSON.stringify([node.id, ports, targets.map((t) => t && [t.id, scene.name(t)])]);
    if (state === this.shown) return;
    this.shown = state;
    this.root.hidden = ports.length === 0;
    const lines = ports.map((p, i) => {
      const target = targets[i];
      const select = el("select", { class: "input", "data-port": p.id, "aria-label": say("canvas.exit.of", { exit: p.label }), disabled: readonly });
      select.append(new Option(say("canvas.exit.none"), ""));
      if (target) select.append(new Option(scene.name(target), target.id, true, true));
      return el("li", { class: p.error ? "fp-exit fp-spare" : "fp-exit", "data-wired": target !== undefined }, el("span", { title: p.label }, p.label), el("span", { class: "select" }, select, icon("chevron-down")));
    });
    this.root.querySelector("ul")!.replaceChildren(...lines);
  }

  // stock fills a list of targets when it is about to be opened: a large flow has thousands of choices.
  private stock(e: Event): void {
    const select = e.target instanceof HTMLSelectElement ? e.target : undefined;
    const node = this.node();
    if (!select || !node || select.dataset.stocked) return;
    select.dataset.stocked = "yes";
    const { scene, doc } = this.editor;
    const edge = doc.exit(node.id, select.dataset.port!);
    const port: Port["id"] = select.dataset.port!;
    for (const n of scene.order()) {
      if (n.id === edge?.to || refuseEdge(scene, node.id, port, n.id, edge?.id)) continue;
      select.append(new Option(scene.name(n), n.id));
    }
  }

  private lead(select: HTMLSelectElement): void {
    const node = this.node();
    if (!node) return;
    const { doc } = this.editor;
    const edge = doc.exit(node.id, select.dataset.port!);
    const port = select.dataset.port!;
    if (select.value) this.editor.connect(node.id, port, select.value, edge?.id);
    else if (edge) this.editor.remove([edge.id]);
    // The list was drawn anew; the focus stays with its exit.
    this.root.querySelector<HTMLElement>(`[data-port="${CSS.escape(port)}"]`)?.focus();
  }

  private node(): FlowNode | undefined {
    return this.editor.doc.nodes.get(this.editor.selection.node ?? "");
  }
}
