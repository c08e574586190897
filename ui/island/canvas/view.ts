// The view: draws the scene. One CSS transform moves everything; only what is in sight has elements; from afar cards
// are brief, from farther still they are plates. All of it happens at most once per frame.
import { brief, card, put } from "./card";
import { el, place, svg } from "./dom";
import type { Change } from "./doc";
import { overlap, pathOf, type Snap } from "./geometry";
import type { Editor } from "./editor";
import type { Box, Point } from "./types";
import { Plates } from "./plates";
import { Wires } from "./wires";

// Full cards are for working, brief ones show their names; below that nothing can be read.
type Level = "full" | "brief" | "plate";
const levelOf = (scale: number): Level => (scale >= 0.4 ? "full" : scale >= 0.18 ? "brief" : "plate");
const BEYOND = 320; // screen pixels around the window that are drawn ahead
const REST = 200; // ms without zooming until details are drawn anew
const DOTS = 20; // the grid's step
const LOW = 80; // how far a wire that is drawn backwards passes below

export class View {
  readonly wires: Wires;
  readonly over = svg("svg", { class: "fc-over", "aria-hidden": "true" });
  onPaint: () => void = () => {};
  private readonly grid = el("div", { class: "fc-grid" });
  private readonly sheet = el("div", { class: "fc-sheet" });
  private readonly trial = svg("path", { class: "fc-trial" });
  private readonly guide = svg("path", { class: "fc-guide" });
  private readonly frame = el("div", { class: "fc-frame", hidden: true });
  private readonly cards = new Map<string, HTMLElement>();
  private readonly moved = new Set<string>();
  private readonly outdated: HTMLElement[] = []; // cards that stand until the next frame draws them anew
  private sight?: Box; // what has been drawn
  private stale = true;
  private level: Level = "full";
  private readonly plates: Plates;
  private asked = 0;
  private resting = 0;
  private dots = 0;

  constructor(
    host: HTMLElement,
    private readonly editor: Editor,
  ) {
    const { scene, selection, doc, camera } = editor;
    this.wires = new Wires(scene, selection);
    this.plates = new Plates(scene, selection);
    const below = svg("svg", { class: "fc-wires", "aria-hidden": "true" }, this.wires.layer, this.plates.layer);
    this.over.append(this.guide, this.trial);
    this.sheet.append(below, this.over);
    host.append(this.grid, this.sheet, this.frame);
    doc.listen((c) => this.change(c));
    scene.listen((ids) => this.rebuild(ids));
    selection.listen(() => this.mark());
    camera.watch = (zoomed) => {
      if (zoomed) this.rest();
      this.ask();
    };
  }

  // ask draws in the next frame; stale means that what is in sight may have changed.
  ask(stale = false): void {
    this.stale ||= stale;
    if (this.asked === 0) this.asked = requestAnimationFrame(() => this.paint());
  }

  // follow redraws nodes that move in the hand.
  follow(ids: Iterable<string>): void {
    for (const id of ids) this.moved.add(id);
    this.ask();
  }

  // card gives the element of a node, if it is in sight.
  card(id: string): HTMLElement | undefined {
    return this.cards.get(id);
  }

  // draft shows a wire that is being drawn; nothing hides it.
  draft(from?: Point, to?: Point, refused = false): void {
    this.trial.setAttribute("d", from && to ? pathOf(from, to, Math.max(from.y, to.y) + LOW) : "");
    this.trial.classList.toggle("refused", refused);
  }

  // guides shows the lines that a moved card has snapped to.
  guides(s?: Snap): void {
    const x = s?.x === undefined ? "" : `M${s.x} -99999V99999`;
    const y = s?.y === undefined ? "" : `M-99999 ${s.y}H99999`;
    this.guide.setAttribute("d", x + y);
  }

  // rubber shows the frame that selects, in screen pixels.
  rubber(b?: Box): void {
    this.frame.hidden = !b;
    if (!b) return;
    place(this.frame, b.x, b.y);
    this.frame.style.width = `${b.w}px`;
    this.frame.style.height = `${b.h}px`;
  }

  private change({ ops, cause }: Change): void {
    if (cause === "load") {
      for (const e of this.cards.values()) e.remove();
      this.cards.clear();
    }
    for (const op of ops) {
      if (op.op === "move") for (const id of Object.keys(op.to)) this.moved.add(id);
      if (op.op === "delNode") this.drop(op.id);
      if (op.op === "set") this.drop(op.id);
      if (op.op === "addEdge") this.drop(op.edge.from);
      if (op.op === "delEdge") this.refreshExits();
    }
    this.ask(ops.some((op) => op.op !== "move") || cause === "load");
  }

  // refreshExits makes the cards anew that show an exit as wired which no longer is.
  private refreshExits(): void {
    for (const [id, e] of this.cards) {
      const lost = [...e.querySelectorAll<HTMLElement>(".fc-wired")].some((p) => !this.editor.doc.exit(id, p.dataset.port!));
      if (lost) this.drop(id);
    }
  }

  private rebuild(ids: string[]): void {
    for (const id of ids) this.drop(id);
    if (ids.length > 0) this.ask(true);
  }

  private drop(id: string): void {
    const card = this.cards.get(id);
    if (card && this.editor.doc.nodes.has(id)) this.outdated.push(card);
    else card?.remove();
    this.cards.delete(id);
    this.moved.add(id);
  }

  private mark(): void {
    for (const [id, e] of this.cards) e.classList.toggle("on", this.editor.selection.has(id));
    this.wires.mark();
    this.ask(true);
  }

  private paint(): void {
    this.asked = 0;
    const { x, y, k } = this.editor.camera;
    this.sheet.style.transform = `translate(${x}px,${y}px) scale(${k})`;
    this.paintGrid(x, y, k);
    if (this.stale || this.beyond()) this.sweep();
    const { doc, scene } = this.editor;
    for (const id of this.moved) {
      const node = doc.nodes.get(id);
      const e = this.cards.get(id);
      if (!node || !e) continue;
      put(e, scene.at(node));
    }
    this.wires.follow([...this.moved].filter((id) => doc.nodes.has(id)));
    this.moved.clear();
    this.onPaint();
  }

  // paintGrid moves the dots by less than one step, so that they never need to be drawn anew while panning.
  private paintGrid(x: number, y: number, k: number): void {
    const step = DOTS * k * (k < 0.35 ? 4 : k < 0.7 ? 2 : 1);
    if (step !== this.dots) this.grid.style.backgroundSize = `${step}px ${step}px`;
    this.dots = step;
    place(this.grid, (x % step) - step, (y % step) - step);
  }

  // beyond tells whether the window has come near the rim of what is drawn. While zooming only the transform changes.
  private beyond(): boolean {
    if (!this.sight) return true;
    if (this.resting !== 0) return false;
    const s = this.editor.camera.seen();
    const rim = BEYOND / 3 / this.editor.camera.k;
    const d = this.sight;
    return s.x - rim < d.x || s.y - rim < d.y || s.x + s.w + rim > d.x + d.w || s.y + s.h + rim > d.y + d.h;
  }

  // sweep makes the elements of what is in sight and removes the others.
  private sweep(): void {
    const { camera, scene, doc, selection, say } = this.editor;
    const rim = BEYOND / camera.k;
    const s = camera.seen();
    this.stale = false;
    this.sight = { x: s.x - rim, y: s.y - rim, w: s.w + 2 * rim, h: s.h + 2 * rim };
    this.step(levelOf(camera.k));
    for (const e of this.outdated.splice(0)) e.remove();
    const fragment = document.createDocumentFragment();
    for (const node of doc.nodes.values()) {
      const e = this.cards.get(node.id);
      const seen = this.level === "plate" ? this.plates.alone(node) : scene.lifted.has(node.id) || overlap(this.sight, scene.box(node));
      if (seen && !e) {
        const made = this.level === "full" ? card(scene, node, say) : brief(scene, node, say);
        made.classList.toggle("on", selection.has(node.id));
        this.cards.set(node.id, made);
        fragment.append(made);
      } else if (!seen && e) {
        e.remove();
        this.cards.delete(node.id);
      }
    }
    this.sheet.insertBefore(fragment, this.over);
    if (this.level === "plate") this.plates.draw(this.sight);
    this.wires.sweep(this.sight, this.level !== "full");
  }

  // step changes the level, but never in the middle of zooming.
  private step(level: Level): void {
    if (level === this.level || this.resting !== 0) return;
    this.level = level;
    this.plates.clear();
    for (const e of this.cards.values()) e.remove();
    this.cards.clear();
  }

  // rest waits until zooming is over, then draws everything sharp at its new size.
  private rest(): void {
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      this.resting = 0;
      const { camera } = this.editor;
      [camera.x, camera.y] = [Math.round(camera.x), Math.round(camera.y)];
      this.sheet.classList.add("fc-still");
      requestAnimationFrame(() => requestAnimationFrame(() => this.sheet.classList.remove("fc-still")));
      this.ask(true);
    }, REST);
  }
}
