// The minimap: the whole sheet in a corner, with the window as a frame that can be dragged.
import { el } from "./dom";
import { around } from "./geometry";
import type { Editor } from "./editor";
import type { Box, Point } from "./types";

const SIZE = { w: 148, h: 92 };
const AIR = 120; // canvas pixels around the outermost cards

export class Minimap {
  readonly element = el("canvas", { class: "fc-map", "aria-hidden": "true" });
  private readonly plates = document.createElement("canvas"); // the cards, drawn when they change
  private stale = true;
  private box: Box = { x: 0, y: 0, w: 1, h: 1 };

  constructor(private readonly editor: Editor) {
    const pixels = window.devicePixelRatio || 1;
    for (const c of [this.element, this.plates]) [c.width, c.height] = [SIZE.w * pixels, SIZE.h * pixels];
    editor.doc.listen(() => (this.stale = true));
    editor.scene.listen(() => (this.stale = true));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.refresh());
    this.element.addEventListener("pointerdown", (e) => this.grab(e));
    this.element.addEventListener("pointermove", (e) => {
      if (this.element.hasPointerCapture(e.pointerId)) editor.camera.look(this.toSheet(e));
    });
  }

  // refresh draws the cards anew, e.g. in other colours.
  refresh(): void {
    this.stale = true;
    this.paint();
  }

  paint(): void {
    const seen = this.editor.camera.seen();
    if (this.stale) this.drawPlates();
    const scale = this.scale();
    const c = this.element.getContext("2d")!;
    c.clearRect(0, 0, this.element.width, this.element.height);
    c.drawImage(this.plates, 0, 0);
    c.strokeStyle = getComputedStyle(this.element).outlineColor;
    c.lineWidth = 1.5 * (window.devicePixelRatio || 1);
    // A frame that would lie outside is drawn along the rim, so that it is always whole.
    const [left, top] = [Math.max(1, (seen.x - this.box.x) * scale), Math.max(1, (seen.y - this.box.y) * scale)];
    const right = Math.min(this.element.width - 1, (seen.x + seen.w - this.box.x) * scale);
    const bottom = Math.min(this.element.height - 1, (seen.y + seen.h - this.box.y) * scale);
    c.strokeRect(left, top, right - left, bottom - top);
  }

  private drawPlates(): void {
    this.stale = false;
    const { scene, doc } = this.editor;
    const boxes = Array.from(doc.nodes.values(), (n) => scene.box(n));
    const all = around(boxes) ?? { x: 0, y: 0, w: 0, h: 0 };
    this.box = { x: all.x - AIR, y: all.y - AIR, w: all.w + 2 * AIR, h: all.h + 2 * AIR };
    this.centre();
    const scale = this.scale();
    const c = this.plates.getContext("2d")!;
    c.clearRect(0, 0, this.plates.width, this.plates.height);
    c.fillStyle = getComputedStyle(this.element).color;
    for (const b of boxes) {
      c.fillRect((b.x - this.box.x) * scale, (b.y - this.box.y) * scale, Math.max(2, b.w * scale), Math.max(1.5, b.h * scale));
    }
  }

  // centre gives the box the map's proportions.
  private centre(): void {
    const { x, y, w, h } = this.box;
    const k = Math.max(w / SIZE.w, h / SIZE.h);
    this.box = { x: x - (SIZE.w * k - w) / 2, y: y - (SIZE.h * k - h) / 2, w: SIZE.w * k, h: SIZE.h * k };
  }

  private scale(): number {
    return this.element.width / this.box.w;
  }

  private toSheet(e: PointerEvent): Point {
    const r = this.element.getBoundingClientRect();
    const k = this.box.w / r.width;
    return { x: this.box.x + (e.clientX - r.left) * k, y: this.box.y + (e.clientY - r.top) * k };
  }

  private grab(e: PointerEvent): void {
    e.stopPropagation();
    e.preventDefault();
    this.element.setPointerCapture(e.pointerId);
    this.editor.camera.look(this.toSheet(e));
  }
}
