// The camera: which part of the endless sheet is seen, and how large. Pure but for telling who watches it.
import type { Box, Point } from "./types";

export const CLOSEST = 2;
export const FARTHEST = 0.08;
const LEGIBLE = 0.4;
export const MARGIN = 40; // kept free around what is fitted or revealed, in screen pixels

export class Camera {
  x = 0; // screen position of the sheet's origin
  y = 0;
  k = 1; // scale
  width = 0; // of the window, in screen pixels
  height = 0;
  inset = 0; // lower part of the window that is covered, e.g. by a sheet on a phone
  watch: (zoomed: boolean) => void = () => {};

  toSheet(p: Point): Point {
    return { x: (p.x - this.x) / this.k, y: (p.y - this.y) / this.k };
  }

  toScreen(p: Point): Point {
    return { x: p.x * this.k + this.x, y: p.y * this.k + this.y };
  }

  // seen is the part of the sheet inside the window.
  seen(): Box {
    const { x, y } = this.toSheet({ x: 0, y: 0 });
    return { x, y, w: this.width / this.k, h: this.height / this.k };
  }

  centre(): Point {
    return this.toSheet({ x: this.width / 2, y: (this.height - this.inset) / 2 });
  }

  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.watch(false);
  }

  // zoom multiplies the scale and keeps the sheet still under a screen point.
  zoom(factor: number, at: Point = { x: this.width / 2, y: (this.height - this.inset) / 2 }): void {
    const k = clamp(this.k * factor);
    const f = k / this.k;
    this.x = at.x - (at.x - this.x) * f;
    this.y = at.y - (at.y - this.y) * f;
    this.k = k;
    this.watch(true);
  }

  // fit shows a box whole, never larger than life.
  fit(box: Box | undefined): void {
    if (!box || this.width === 0) return;
    const height = this.height - this.inset;
    const k = Math.min(1, (this.width - 2 * MARGIN) / box.w, (height - 2 * MARGIN) / box.h);
    this.k = clamp(k);
    this.x = Math.round((this.width - box.w * this.k) / 2 - box.x * this.k);
    this.y = Math.round((height - box.h * this.k) / 2 - box.y * this.k);
    this.watch(true);
  }

  // begin is the first look: everything, or the start at a size that can be read when everything would be too small.
  begin(all: Box | undefined, start: Box | undefined): void {
    this.fit(all);
    if (!start || this.k >= LEGIBLE) return;
    this.k = 0.8;
    this.x = Math.round(MARGIN / 2 - start.x * this.k);
    this.y = Math.round((this.height - this.inset - start.h * this.k) / 2 - start.y * this.k);
    this.watch(true);
  }

  // reveal moves as little as is needed to have a box inside the window.
  reveal(box: Box): void {
    const a = this.toScreen(box);
    const dx = nudge(a.x, box.w * this.k, this.width);
    const dy = nudge(a.y, box.h * this.k, this.height - this.inset);
    if (dx !== 0 || dy !== 0) this.pan(dx, dy);
  }

  // look puts the middle of the window over a point of the sheet.
  look(p: Point): void {
    const c = this.centre();
    this.pan((c.x - p.x) * this.k, (c.y - p.y) * this.k);
  }
}

const clamp = (k: number) => Math.min(CLOSEST, Math.max(FARTHEST, k));

// nudge is how far a stretch must move to lie inside a window; what is larger shows its beginning.
function nudge(at: number, size: number, window: number): number {
  const room = Math.min(MARGIN, Math.max(0, (window - size) / 2));
  if (at < room || size > window) return room - at;
  return Math.min(0, window - room - size - at);
}
