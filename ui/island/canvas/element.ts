// <flow-canvas>: the drawing surface. It is empty until show gives it an editor.
import { spoken } from "./card";
import { icon } from "../page";
import { el } from "./dom";
import type { Editor } from "./editor";
import { Keyboard } from "./keyboard";
import { Minimap } from "./minimap";
import { Note } from "./note";
import { type Choice, Picker } from "./picker";
import { Pointer } from "./pointer";
import { refuseEdge } from "./rules";
import type { Stage } from "./stage";
import { EdgeTools } from "./tools";
import type { FlowEdge, FlowNode, Kind, Point } from "./types";
import { View } from "./view";

export interface Hooks {
  open(id: string): void; // the admin wants to edit a node
  help(): void; // the admin asks for the keys
}

export class FlowCanvas extends HTMLElement implements Stage {
  readonly host = this;
  readonly note = new Note();
  editor!: Editor;
  view!: View;
  private hooks!: Hooks;
  private picker!: Picker;
  private readonly spoken = el("div", { class: "unseen", "aria-live": "polite", "data-live": true });

  // show puts an editor on the canvas. It is called once.
  show(editor: Editor, hooks: Hooks): void {
    this.editor = editor;
    this.hooks = hooks;
    this.tabIndex = 0;
    this.setAttribute("role", "application");
    this.setAttribute("aria-label", editor.say("canvas.label"));
    this.setAttribute("aria-description", editor.say("canvas.label.hint"));
    this.classList.toggle("fc-readonly", editor.readonly);
    this.view = new View(this, editor);
    this.picker = new Picker(this, editor.say);
    const tools = new EdgeTools(editor, (edge, at) => this.offerInto(edge, at));
    const map = new Minimap(editor);
    const corner = this.corner(map);
    const hint = el("p", { class: "fc-hint" }, editor.say("canvas.hint"));
    const bare = () => (hint.hidden = editor.readonly || editor.doc.edges.size > 0 || editor.doc.nodes.size > 2);
    editor.doc.listen(bare);
    bare();
    this.append(tools.element, corner, hint, this.note.element, this.spoken);
    this.picker.element.before(tools.element, corner);
    new Keyboard(this, new Pointer(this), () => hooks.help());
    editor.announce = (text) => this.announce(text);
    editor.note = (text) => this.note.show(text, this);
    editor.selection.listen(() => this.describe());
    this.view.onPaint = () => {
      tools.follow();
      map.paint();
      this.showZoom();
    };
    this.measure();
  }

  open(id: string): void {
    this.hooks.open(id);
  }

  // offer lets the admin choose what an exit leads to. dropped tells that a wire was let go at the place.
  offer(from: FlowNode, port: string, at: Point, dropped = false): void {
    const { editor } = this;
    const taken = editor.doc.exit(from.id, port);
    if (taken) return editor.refuse({ why: "taken", args: { name: editor.scene.name(editor.doc.nodes.get(taken.to)!) } });
    const exit = editor.scene.face(from).ports.find((p) => p.id === port);
    const place = editor.camera.toSheet(at);
    const add = (kind: Kind) => (dropped ? editor.addAt(kind, from, port, place) : editor.addAfter(kind, from, port));
    const there = editor.scene.order().filter((n) => !refuseEdge(editor.scene, from.id, port, n.id));
    const join = there.map((n): Choice => {
      const kind = editor.scene.kind(n);
      const hint = n.title ? kind?.label : undefined;
      return { label: editor.scene.name(n), hint, icon: kind?.icon ?? "", tone: kind?.tone ?? "", section: editor.say("canvas.pick.there"), pick: () => editor.connect(from.id, port, n.id) };
    });
    const title = editor.say("canvas.pick.exit", { name: editor.scene.name(from), exit: exit?.label ?? port });
    this.picker.open(title, [...this.newKinds(add), ...join], at);
  }

  private offerInto(edge: FlowEdge, at: Point): void {
    const kinds = this.newKinds((kind) => this.editor.addInto(kind, edge));
    this.picker.open(this.editor.say("canvas.edge.insert"), kinds.filter((c) => c.tone !== "end"), at);
  }

  private newKinds(add: (kind: Kind) => void): Choice[] {
    const section = this.editor.say("canvas.pick.new");
    const kinds = [...this.editor.kinds.values()].filter((k) => !k.single && !k.noInput);
    return kinds.map((kind) => ({ label: kind.label, icon: kind.icon, tone: kind.tone, section, pick: () => add(kind) }));
  }

  private announce(text: string): void {
    // The same words twice are read twice only when the text differs.
    this.spoken.textContent = this.spoken.textContent === text ? `${text}\u00a0` : text;
  }

  // describe tells screen readers which card has the selection.
  private describe(): void {
    const id = this.editor.selection.node;
    if (id) this.setAttribute("aria-activedescendant", `fc-${id}`);
    else this.removeAttribute("aria-activedescendant");
    const node = this.editor.doc.nodes.get(id ?? "");
    if (node && document.activeElement === this) this.announce(spoken(this.editor.scene, node, this.editor.say));
  }

  private measure(): void {
    const { camera, scene } = this.editor;
    let first = true;
    new ResizeObserver(([entry]) => {
      camera.width = entry.contentRect.width;
      camera.height = entry.contentRect.height;
      if (first && camera.width > 0) {
        first = false;
        const start = scene.order()[0];
        camera.begin(scene.bounds(), start && scene.box(start));
      }
      this.view.ask(true);
    }).observe(this);
  }

  private corner(map: Minimap): HTMLElement {
    const { camera, scene, say } = this.editor;
    const button = (key: string, content: Node | string, act: () => void, className = "") => {
      const name = typeof content === "string" ? undefined : say(key);
      const b = el("button", { type: "button", class: className, "aria-label": name, "data-tip": say(key) }, content);
      b.addEventListener("click", act);
      return b;
    };
    return el(
      "div",
      { class: "fc-corner", "data-foreign": true },
      map.element,
      el(
        "div",
        { class: "fc-zoom" },
        button("canvas.zoom.out", icon("minus"), () => camera.zoom(0.8)),
        button("canvas.zoom.full", "100%", () => camera.zoom(1 / camera.k), "fc-percent"),
        button("canvas.zoom.in", icon("plus"), () => camera.zoom(1.25)),
        button("canvas.zoom.fit", icon("maximize"), () => camera.fit(scene.bounds()), "fc-fit"),
      ),
    );
  }

  private showZoom(): void {
    const percent = `${Math.round(this.editor.camera.k * 100)}%`;
    const e = this.querySelector(".fc-percent");
    if (e && e.textContent !== percent) e.textContent = percent;
  }
}
