// The keyboard: every act of the mouse has a key.
import type { Pointer } from "./pointer";
import type { Stage } from "./stage";
import { spoken } from "./card";
import { typing } from "../page";
import { freeExit } from "./rules";
import type { FlowNode, Point } from "./types";

const STEP = 20; // of an arrow key; with Shift, 4

export class Keyboard {
  private walked = -1; // which edge of the selected node was reached last

  constructor(
    private readonly stage: Stage,
    private readonly pointer: Pointer,
    private readonly help: () => void,
  ) {
    stage.host.addEventListener("keydown", (e) => this.key(e));
    stage.host.addEventListener("copy", (e) => this.copy(e, false));
    stage.host.addEventListener("cut", (e) => this.copy(e, true));
    stage.host.addEventListener("paste", (e) => this.paste(e));
    document.addEventListener("keydown", (e) => this.anywhere(e));
    // The ring around the canvas is for those who came by keyboard.
    addEventListener("keydown", () => stage.host.classList.add("fc-keyed"), true);
    addEventListener("pointerdown", () => stage.host.classList.remove("fc-keyed"), true);
  }

  // anywhere takes the keys that work wherever the focus is, but not while words are composed or typed.
  private anywhere(e: KeyboardEvent): void {
    if (typing(e) || !(e.ctrlKey || e.metaKey) || e.altKey) return;
    const { editor } = this.stage;
    const key = e.key.toLowerCase();
    if (editor.readonly || (key !== "z" && key !== "y")) return;
    e.preventDefault();
    if (key === "y" || e.shiftKey) editor.redo();
    else editor.undo();
  }

  private key(e: KeyboardEvent): void {
    if (e.isComposing || e.target !== this.stage.host) return;
    const done = e.ctrlKey || e.metaKey ? this.chord(e) : e.altKey ? this.walk(e.key) : this.look(e) || this.work(e);
    if (done) e.preventDefault();
  }

  private chord(e: KeyboardEvent): boolean {
    const { editor } = this.stage;
    switch (e.key.toLowerCase()) {
      case "a":
        editor.selectAll();
        return true;
      case "d":
        if (!editor.readonly) editor.duplicate();
        return true;
      case "0":
        this.full();
        return true;
    }
    return false;
  }

  // look takes the keys that only look about; they work in a read-only view too.
  private look(e: KeyboardEvent): boolean {
    const { editor } = this.stage;
    const { camera, selection } = editor;
    switch (e.key) {
      case "Tab":
        return this.tab(e.shiftKey ? -1 : 1);
      case "Escape":
        if (!this.pointer.drop()) selection.only([]);
        return true;
      case "Enter":
        if (selection.nodes.length === 0) return false;
        this.stage.open(selection.nodes.at(-1)!);
        return true;
      case "e":
        return this.nextEdge();
      case "+":
      case "=":
        camera.zoom(1.25);
        return true;
      case "-":
        camera.zoom(0.8);
        return true;
      case "0":
        this.full();
        return true;
      case "f":
        camera.fit(editor.scene.bounds());
        return true;
      case "?":
        this.help();
        return true;
    }
    return false;
  }

  private full(): void {
    const { camera } = this.stage.editor;
    camera.zoom(1 / camera.k);
  }

  // work takes the keys that change the flow.
  private work(e: KeyboardEvent): boolean {
    const { editor } = this.stage;
    if (editor.readonly) return this.arrowPan(e.key);
    switch (e.key) {
      case "Backspace":
      case "Delete":
        editor.remove();
        return true;
      case "a":
      case "c":
        return this.connect();
    }
    const way = arrow(e.key);
    if (!way) return false;
    if (editor.selection.nodes.length === 0) return this.arrowPan(e.key);
    const step = e.shiftKey ? 4 : STEP;
    editor.nudge(way.x * step, way.y * step);
    return true;
  }

  private arrowPan(key: string): boolean {
    const way = arrow(key);
    if (way) this.stage.editor.camera.pan(-way.x * 60, -way.y * 60);
    return way !== undefined;
  }

  // connect asks where the selected node's first free exit shall lead.
  private connect(): boolean {
    const { editor } = this.stage;
    const node = this.current();
    if (!node) return false;
    const port = freeExit(editor.scene, node);
    if (!port) {
      editor.refuse({ why: "noFreeExit", args: { name: editor.scene.name(node) } });
      return true;
    }
    this.stage.offer(node, port.id, editor.camera.toScreen(editor.scene.leave(node, port.id)));
    return true;
  }

  // tab goes to the next node in reading order. Past the last one the focus leaves the canvas.
  private tab(step: number): boolean {
    const { editor } = this.stage;
    const order = editor.scene.order();
    const now = order.findIndex((n) => n.id === editor.selection.nodes.at(-1));
    const next = order[now < 0 ? (step > 0 ? 0 : order.length - 1) : now + step];
    if (next) this.go(next);
    return next !== undefined;
  }

  // walk goes along the edges: right to what comes next, left to what came before, up and down among siblings.
  private walk(key: string): boolean {
    const { doc } = this.stage.editor;
    const node = this.current();
    const way = arrow(key);
    if (!node || !way) return false;
    const before = doc.edgesTo(node.id)[0];
    const near = way.x > 0 ? doc.edgesFrom(node.id).map((e) => e.to) : way.x < 0 ? doc.edgesTo(node.id).map((e) => e.from) : before ? doc.edgesFrom(before.from).map((e) => e.to) : [];
    const at = near.indexOf(node.id);
    const next = doc.nodes.get(way.y === 0 ? near[0] : near[at + way.y]);
    if (next) this.go(next);
    return true;
  }

  // nextEdge selects the edges of the current node one after another.
  private nextEdge(): boolean {
    const { editor } = this.stage;
    const { doc, selection, scene, say } = editor;
    const held = doc.edges.get(selection.edge ?? "");
    const node = this.current() ?? doc.nodes.get(held?.from ?? "");
    const edges = node ? doc.edgesOf(node.id) : [];
    if (edges.length === 0) return false;
    this.walked = held ? (this.walked + 1) % edges.length : 0;
    const edge = edges[this.walked] ?? edges[0];
    selection.only([edge.id]);
    const [from, to] = [edge.from, edge.to].map((id) => scene.name(doc.nodes.get(id)!));
    editor.announce(say("canvas.spoken.edge", { from, to }));
    return true;
  }

  private go(node: FlowNode): void {
    const { editor } = this.stage;
    editor.selection.only([node.id]);
    editor.reveal([node.id]);
    editor.announce(spoken(editor.scene, node, editor.say));
  }

  private current(): FlowNode | undefined {
    const { doc, selection } = this.stage.editor;
    return doc.nodes.get(selection.nodes.at(-1) ?? "");
  }

  private copy(e: ClipboardEvent, cut: boolean): void {
    const { editor } = this.stage;
    const text = typing(e) ? undefined : editor.copy();
    if (!text) return;
    e.preventDefault();
    e.clipboardData?.setData("text/plain", text);
    editor.announce(editor.say("canvas.did.copy", { name: editor.describe(editor.selection.nodes) }));
    if (cut && !editor.readonly) editor.remove();
  }

  private paste(e: ClipboardEvent): void {
    const { editor } = this.stage;
    if (typing(e) || editor.readonly) return;
    if (editor.paste(e.clipboardData?.getData("text/plain") ?? "")) e.preventDefault();
    else editor.refuse({ why: "paste" });
  }
}

// arrow gives the direction of an arrow key.
function arrow(key: string): Point | undefined {
  switch (key) {
    case "ArrowLeft":
      return { x: -1, y: 0 };
    case "ArrowRight":
      return { x: 1, y: 0 };
    case "ArrowUp":
      return { x: 0, y: -1 };
    case "ArrowDown":
      return { x: 0, y: 1 };
  }
  return undefined;
}
