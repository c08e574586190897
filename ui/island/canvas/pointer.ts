// The pointer: mouse, pen and fingers. It decides which gesture a press begins, and runs it.
import { el } from "./dom";
import { carrying, framing, type Gesture, hit, panning, wiring } from "./gesture";
import type { Stage } from "./stage";
import type { FlowNode, Point } from "./types";

const CLICK = 4; // screen pixels that a hand may tremble
const RIM = 36; // screen pixels at the window's rim where the sheet moves on
const REACH = 9; // screen pixels by which an edge may be missed

export class Pointer {
  private readonly fingers = new Map<number, Point>();
  private gesture?: Gesture;
  private begin?: () => Gesture | undefined; // becomes the gesture once the pointer has really moved
  private click?: (at: Point) => void; // what the press does when it does not move
  private from: Point = { x: 0, y: 0 };
  private last: Point = { x: 0, y: 0 };
  private spread = 0; // of two fingers
  private alt = false;
  private space = false;
  private panFrame = 0;
  private readonly shield = el("div", { class: "fc-shield", hidden: true });

  constructor(private readonly stage: Stage) {
    const { host } = stage;
    host.append(this.shield);
    host.addEventListener("pointerdown", (e) => this.down(e));
    host.addEventListener("pointermove", (e) => this.move(e));
    host.addEventListener("pointerup", (e) => this.up(e));
    host.addEventListener("pointercancel", (e) => this.cancel(e));
    host.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
    host.addEventListener("dblclick", (e) => this.twice(e));
    window.addEventListener("keydown", (e) => this.keys(e, true));
    window.addEventListener("keyup", (e) => this.keys(e, false));
    window.addEventListener("blur", () => (this.space = false));
  }

  // drop gives up what the pointer is doing, as Escape does. It tells whether there was anything.
  drop(): boolean {
    const busy = this.gesture !== undefined;
    this.gesture?.cancel();
    this.rest();
    return busy;
  }

  private keys(e: KeyboardEvent, down: boolean): void {
    this.alt = e.altKey;
    if (e.key !== " ") return;
    this.space = down && e.target === this.stage.host;
    if (this.space) e.preventDefault();
  }

  private down(e: PointerEvent): void {
    if (!(e.target instanceof Element) || e.target.closest("[data-foreign]") || e.button === 2) return;
    const at = this.at(e);
    this.stage.note.hide();
    this.stage.host.focus({ preventScroll: true });
    this.stage.host.setPointerCapture(e.pointerId);
    this.fingers.set(e.pointerId, at);
    if (this.fingers.size === 2) return this.pinchStart();
    if (this.fingers.size > 2) return;
    [this.from, this.last] = [at, at];
    if (e.button === 1 || this.space) this.begin = () => panning(this.stage, at);
    else this.press(e, e.target, at);
    e.preventDefault(); // no native drag, no text selection, and no mouse events after those of a finger
  }

  // press decides what a press on the thing under the pointer means.
  private press(e: PointerEvent, target: Element, at: Point): void {
    const { editor } = this.stage;
    const card = target.closest<HTMLElement>(".fc-card");
    const node = card ? editor.doc.nodes.get(card.dataset.id!) : hit(this.stage, editor.camera.toSheet(at));
    const edge = target.closest<SVGElement>("[data-edge]")?.dataset.edge ?? this.edgeAt(node, at);
    const add = e.shiftKey || e.ctrlKey || e.metaKey;
    const port = target.closest<HTMLElement>(".fc-port");
    if (port && node && !editor.readonly) return this.pressPort(node, port.dataset.port!);
    if (target.closest(".fc-grip") && editor.selection.edge) return this.pressGrip(editor.selection.edge);
    if (node) return this.pressCard(node, target, add);
    if (edge) this.click = () => (add ? editor.selection.toggle(edge) : editor.selection.only([edge]));
    else if (!add) this.click = () => editor.selection.only([]);
    this.begin = () => (e.shiftKey ? framing(this.stage, this.from) : panning(this.stage, this.from));
  }

  private pressPort(node: FlowNode, port: string): void {
    this.begin = () => wiring(this.stage, node, port);
    this.click = (at) => this.stage.offer(node, port, at);
  }

  private pressGrip(id: string): void {
    const edge = this.stage.editor.doc.edges.get(id)!;
    this.begin = () => wiring(this.stage, this.stage.editor.doc.nodes.get(edge.from)!, edge.port, edge.id);
  }

  private pressCard(node: FlowNode, target: Element, add: boolean): void {
    const { editor } = this.stage;
    const fold = target.closest(".fc-fold");
    const selected = editor.selection.has(node.id);
    if (!selected && !add) editor.selection.only([node.id]);
    this.click = () => {
      if (fold) editor.scene.fold(node.id, fold.getAttribute("aria-expanded") === "false");
      else if (add) editor.selection.toggle(node.id);
      else editor.selection.only([node.id]);
      if (target.closest(".fc-badge")) this.stage.open(node.id);
    };
    this.begin = () => {
      if (editor.readonly) return panning(this.stage, this.from);
      if (!editor.selection.has(node.id)) editor.selection.only([node.id]);
      return carrying(this.stage, this.from, node, () => this.alt);
    };
  }

  private edgeAt(node: FlowNode | undefined, at: Point): string | undefined {
    const { camera } = this.stage.editor;
    return node ? undefined : this.stage.view.wires.at(camera.toSheet(at), REACH / camera.k)?.id;
  }

  private move(e: PointerEvent): void {
    const at = this.at(e);
    this.stage.note.at = at;
    if (!this.fingers.has(e.pointerId)) return;
    this.fingers.set(e.pointerId, at);
    if (this.fingers.size === 2) return this.pinch();
    if (e.pointerId !== this.fingers.keys().next().value) return;
    this.last = at;
    if (!this.gesture && this.begin && Math.hypot(at.x - this.from.x, at.y - this.from.y) >= CLICK) {
      this.gesture = this.begin();
      this.begin = this.click = undefined;
      this.shield.hidden = false;
    }
    this.gesture?.move(at);
    if (this.gesture?.edgePan && this.panFrame === 0) this.panOn();
  }

  private up(e: PointerEvent): void {
    if (!this.fingers.delete(e.pointerId)) return;
    const { gesture, click } = this;
    if (this.fingers.size > 0) return;
    this.rest();
    const at = this.at(e);
    if (gesture) gesture.end(at);
    else click?.(at);
  }

  private cancel(e: PointerEvent): void {
    if (!this.fingers.delete(e.pointerId)) return;
    this.drop();
  }

  private rest(): void {
    this.gesture = this.begin = this.click = undefined;
    this.shield.hidden = true;
    cancelAnimationFrame(this.panFrame);
    this.panFrame = 0;
  }

  // panOn moves the sheet as long as the pointer is held at the rim.
  private panOn(): void {
    this.panFrame = requestAnimationFrame(() => {
      this.panFrame = 0;
      const { camera } = this.stage.editor;
      const push = (at: number, size: number) => (at < RIM ? RIM - at : at > size - RIM ? size - RIM - at : 0) / 3;
      const [dx, dy] = [push(this.last.x, camera.width), push(this.last.y, camera.height)];
      if (!this.gesture || (dx === 0 && dy === 0)) return;
      camera.pan(dx, dy);
      this.gesture.move(this.last);
      this.panOn();
    });
  }

  private pinchStart(): void {
    this.gesture?.cancel();
    this.rest();
    const [a, b] = [...this.fingers.values()];
    this.spread = Math.hypot(a.x - b.x, a.y - b.y);
    this.last = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  }

  private pinch(): void {
    const [a, b] = [...this.fingers.values()];
    const spread = Math.hypot(a.x - b.x, a.y - b.y);
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const { camera } = this.stage.editor;
    camera.pan(middle.x - this.last.x, middle.y - this.last.y);
    if (this.spread > 0) camera.zoom(spread / this.spread, middle);
    [this.spread, this.last] = [spread, middle];
  }

  // wheel scrolls the sheet; with Ctrl (and by a touchpad's pinch) it zooms.
  private wheel(e: WheelEvent): void {
    if (e.target instanceof Element && e.target.closest("[data-scrolls]")) return;
    e.preventDefault();
    const { camera } = this.stage.editor;
    const line = e.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (e.ctrlKey || e.metaKey) camera.zoom(Math.exp(-Math.max(-120, Math.min(120, e.deltaY * line)) * 0.0022), this.at(e));
    else if (e.shiftKey && e.deltaX === 0) camera.pan(-e.deltaY * line, 0);
    else camera.pan(-e.deltaX * line, -e.deltaY * line);
  }

  private twice(e: MouseEvent): void {
    const node = hit(this.stage, this.stage.editor.camera.toSheet(this.at(e)));
    if (node && !(e.target instanceof Element && e.target.closest(".fc-fold, .fc-port, [data-foreign]"))) this.stage.open(node.id);
  }

  private at(e: MouseEvent): Point {
    const r = this.stage.host.getBoundingClientRect();
    return { x: e.clientX - r.left, y: e.clientY - r.top };
  }
}
