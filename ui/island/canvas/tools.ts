// The tools of the selected edge: a grip at its arrow to lead it elsewhere, and buttons in its middle to put a node
// into it or to delete it. They keep their size at every scale.
import { icon } from "../page";
import { el, place } from "./dom";
import type { Editor } from "./editor";
import { pointOn } from "./geometry";
import type { FlowEdge, Point } from "./types";

export class EdgeTools {
  readonly element: HTMLElement;
  private readonly grip = el("i", { class: "fc-grip" });
  private readonly bar = el("div", { class: "fc-edgebar", "data-foreign": true });

  constructor(
    private readonly editor: Editor,
    private readonly insert: (edge: FlowEdge, at: Point) => void,
  ) {
    const { say, selection } = editor;
    const add = el("button", { type: "button", tabindex: -1, "aria-label": say("canvas.edge.insert"), "data-tip": say("canvas.edge.insert") }, icon("plus"));
    const remove = el("button", { type: "button", tabindex: -1, "aria-label": say("canvas.edge.delete"), "data-tip": say("canvas.edge.delete") }, icon("trash-2"));
    add.addEventListener("click", () => this.askInsert());
    remove.addEventListener("click", () => editor.remove());
    this.bar.append(add, remove);
    this.element = el("div", { class: "fc-tools", hidden: true }, this.grip, this.bar);
    selection.listen(() => this.follow());
  }

  // follow keeps the tools at their edge; it is called with every frame.
  follow(): void {
    const edge = this.edge();
    this.element.hidden = !edge;
    if (!edge) return;
    const { camera, scene } = this.editor;
    const ends = scene.ends(edge);
    const middle = camera.toScreen(pointOn(ends, 0.5));
    const end = camera.toScreen(ends[1]);
    place(this.bar, Math.round(middle.x), Math.round(middle.y));
    place(this.grip, end.x, end.y);
  }

  private edge(): FlowEdge | undefined {
    const { doc, selection, readonly } = this.editor;
    return readonly ? undefined : doc.edges.get(selection.edge ?? "");
  }

  private askInsert(): void {
    const edge = this.edge();
    if (!edge) return;
    this.insert(edge, this.editor.camera.toScreen(pointOn(this.editor.scene.ends(edge), 0.5)));
  }
}
