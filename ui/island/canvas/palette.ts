// The palette: kinds that are dragged onto the sheet, or added next to the selection by a click or Enter.
import { icon } from "../page";
import { el, place } from "./dom";
import type { FlowCanvas } from "./element";
import { HEAD, WIDTH } from "./geometry";
import type { FlowEdge, Kind, Point } from "./types";

const CLICK = 5; // pixels
const REACH = 22; // of an edge that takes a node in, screen pixels

export class Palette {
  private drag?: { kind: Kind; from: Point; ghost?: HTMLElement; edge?: FlowEdge };
  private dragged = false; // a click follows every drag; it must not add a second node

  constructor(
    private readonly root: HTMLElement,
    private readonly canvas: FlowCanvas,
    private readonly added: () => void,
  ) {
    root.addEventListener("pointerdown", (e) => this.down(e));
    root.addEventListener("pointermove", (e) => this.move(e));
    root.addEventListener("pointerup", (e) => this.up(e));
    root.addEventListener("pointercancel", () => this.rest());
    root.addEventListener("click", (e) => this.click(e));
    const field = root.querySelector<HTMLInputElement>("input[type=search]");
    field?.addEventListener("input", () => this.search(field.value));
    field?.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && !e.isComposing) this.first(field);
    });
    document.addEventListener("keydown", (e) => {
      if (e.key === "Escape" && this.drag) this.rest();
    });
  }

  private kind(e: Event): Kind | undefined {
    const item = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-kind]") : null;
    return this.canvas.editor.kinds.get(item?.dataset.kind ?? "");
  }

  private down(e: PointerEvent): void {
    const kind = this.kind(e);
    this.dragged = false;
    if (!kind || e.button !== 0 || e.pointerType === "touch") return; // a finger scrolls the list and taps to add
    this.drag = { kind, from: { x: e.clientX, y: e.clientY } };
    (e.target as Element).setPointerCapture(e.pointerId);
  }

  private move(e: PointerEvent): void {
    const { drag } = this;
    if (!drag) return;
    if (!drag.ghost) {
      if (Math.hypot(e.clientX - drag.from.x, e.clientY - drag.from.y) < CLICK) return;
      drag.ghost = this.ghost(drag.kind);
      this.dragged = true;
    }
    const { camera } = this.canvas.editor;
    const inside = this.inside(e);
    drag.ghost.style.setProperty("--k", String(inside ? camera.k : 1));
    place(drag.ghost, e.clientX, e.clientY);
    drag.edge = inside ? this.canvas.view.wires.at(this.sheet(e), REACH / camera.k) : undefined;
    this.canvas.view.wires.heat(drag.edge?.id);
  }

  private up(e: PointerEvent): void {
    const { drag } = this;
    this.rest();
    if (!drag?.ghost || !this.inside(e)) return;
    const p = this.sheet(e);
    const at = { x: p.x - WIDTH / 2, y: p.y - HEAD / 2 };
    const { editor } = this.canvas;
    if (drag.edge) editor.addInto(drag.kind, drag.edge, at);
    else editor.add(drag.kind, at);
    this.canvas.focus({ preventScroll: true });
  }

  private rest(): void {
    this.drag?.ghost?.remove();
    this.drag = undefined;
    this.canvas.view.wires.heat(undefined);
  }

  private click(e: MouseEvent): void {
    const kind = this.kind(e);
    if (!kind || (this.dragged && e.detail > 0)) return; // Enter is a click without a press
    this.canvas.editor.addNear(kind);
    this.added();
  }

  /** first adds the first kind that was found. */
  private first(field: HTMLInputElement): void {
    const item = field.value.trim() && this.root.querySelector<HTMLElement>("[data-section]:not([hidden]) [data-kind]:not([hidden])");
    const kind = item ? this.canvas.editor.kinds.get(item.dataset.kind!) : undefined;
    if (!kind) return;
    field.value = "";
    this.search("");
    this.canvas.editor.addNear(kind);
    this.added();
    this.canvas.focus({ preventScroll: true });
  }

  private ghost(kind: Kind): HTMLElement {
    const e = el("div", { class: "fc-ghost", "data-tone": kind.tone }, icon(kind.icon), kind.label);
    document.body.append(e);
    return e;
  }

  // inside tells whether the pointer is over the sheet and not over what lies on it.
  private inside(e: PointerEvent): boolean {
    return this.canvas.contains(document.elementFromPoint(e.clientX, e.clientY));
  }

  private sheet(e: PointerEvent): Point {
    const r = this.canvas.getBoundingClientRect();
    return this.canvas.editor.camera.toSheet({ x: e.clientX - r.left, y: e.clientY - r.top });
  }

  private search(words: string): void {
    const wanted = words.trim().toLowerCase();
    for (const section of this.root.querySelectorAll<HTMLElement>("[data-section]")) {
      let any = false;
      for (const item of section.querySelectorAll<HTMLElement>("[data-kind]")) {
        item.hidden = !item.textContent!.toLowerCase().includes(wanted);
        any ||= !item.hidden;
      }
      section.hidden = !any;
    }
    const none = this.root.querySelector<HTMLElement>("[data-none]");
    if (none) none.hidden = [...this.root.querySelectorAll<HTMLElement>("[data-section]")].some((s) => !s.hidden);
  }
}
