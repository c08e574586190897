// Where things are: the measures of a card, the way of an edge, boxes and distances. Pure, in canvas pixels at 100 %.
import type { Box, Face, Point, Port } from "./types";

export const WIDTH = 220; // of every card
export const HEAD = 40; // title line; edges arrive at its middle
const LINE = 18; // of the summary
const ROW = 28; // of an exit
const FOOT = 6; // below the last exit
const TEXT_WIDTH = 190; // of a line of the summary
const SPARE = 2; // so many unwired error exits are shown; more are folded into one row

// One line of a card below its title: an exit, or the fold that stands for spare exits.
export type Row = { port: Port } | { folded: number; open: boolean };

// The form of one card. at gives the height of each visible port, measured from the card's top.
export interface Shape {
  height: number;
  lines: number; // of the summary
  rows: Row[];
  at: Map<string, number>;
}

// shapeOf lays a card out. Only what the shape depends on is passed in, so that it can be kept until that changes.
export function shapeOf(face: Face, wired: (port: string) => boolean, open: boolean): Shape {
  const lines = face.summary === "" ? 0 : widthOf(face.summary, 12) > TEXT_WIDTH ? 2 : 1;
  const body = HEAD + (lines > 0 ? lines * LINE + 8 : 0);
  const at = new Map<string, number>();
  if (face.ports.length === 1 && !face.ports[0].error) {
    at.set(face.ports[0].id, HEAD / 2);
    return { height: body, lines, rows: [], at };
  }
  const rows = rowsOf(face.ports, wired, open);
  rows.forEach((row, i) => {
    if ("port" in row) at.set(row.port.id, body + i * ROW + ROW / 2);
  });
  return { height: body + rows.length * ROW + (rows.length > 0 ? FOOT : 0), lines, rows, at };
}

// rowsOf orders exits: the usual ones, then the error ones. Error exits that lead nowhere are folded when they are
// many: a card that shows five dead ends hides the one way that matters.
function rowsOf(ports: Port[], wired: (port: string) => boolean, open: boolean): Row[] {
  const usual = ports.filter((p) => !p.error || wired(p.id));
  const spare = ports.filter((p) => p.error && !wired(p.id));
  const rows: Row[] = usual.map((port) => ({ port }));
  if (spare.length <= SPARE) return [...rows, ...spare.map((port) => ({ port }))];
  rows.push({ folded: spare.length, open });
  return open ? [...rows, ...spare.map((port) => ({ port }))] : rows;
}

// widthOf guesses how wide a text is without asking the browser, which would have to lay the page out for it.
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const c of text) ems += emsOf(c);
  return ems * size;
}

function emsOf(c: string): number {
  if (c.codePointAt(0)! > 0x2e7f) return 1;
  if (/[A-Z0-9@%&]/.test(c)) return 0.68;
  return /[ .,:;'|!iljtfr/()]/.test(c) ? 0.36 : 0.6;
}

// shorten cuts a text to a width and puts an ellipsis where it was cut. Letting the browser cut it would cost a
// clipped layer for every line of every card.
export function shorten(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  let ems = 1; // the ellipsis
  let short = "";
  for (const c of text) {
    ems += emsOf(c);
    if (ems * size > width) break;
    short += c;
  }
  return `${short.trimEnd()}…`;
}

// pathOf draws an edge that leaves and arrives horizontally, with an open arrow at its end.
export function pathOf(a: Point, b: Point): string {
  const pull = pullOf(a, b);
  return `M${a.x} ${a.y}C${a.x + pull} ${a.y} ${b.x - pull} ${b.y} ${b.x - 2} ${b.y}M${b.x - 8} ${b.y - 5}L${b.x - 2} ${b.y}L${b.x - 8} ${b.y + 5}`;
}

function pullOf(a: Point, b: Point): number {
  const dx = b.x - a.x;
  if (dx >= 0) return Math.max(28, Math.min(dx / 2, 180));
  return Math.min(60 - dx / 2, 220);
}

// pointOn is the point of an edge at t between 0 (its exit) and 1 (its arrow).
export function pointOn(a: Point, b: Point, t: number): Point {
  const pull = pullOf(a, b);
  const u = 1 - t;
  const at = (p: number, q: number, r: number, s: number) => u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
  return { x: at(a.x, a.x + pull, b.x - pull, b.x), y: at(a.y, a.y, b.y, b.y) };
}

// near tells whether a point lies within reach of an edge.
export function near(p: Point, a: Point, b: Point, reach: number): boolean {
  const pull = pullOf(a, b);
  const left = Math.min(a.x, b.x - pull) - reach;
  const right = Math.max(b.x, a.x + pull) + reach;
  if (p.x < left || p.x > right || p.y < Math.min(a.y, b.y) - reach || p.y > Math.max(a.y, b.y) + reach) return false;
  let from = a;
  for (let i = 1; i <= 24; i++) {
    const to = pointOn(a, b, i / 24);
    if (distance(p, from, to) <= reach) return true;
    from = to;
  }
  return false;
}

// distance of a point from a straight piece.
function distance(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length));
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

export function inside(p: Point, b: Box): boolean {
  return p.x >= b.x && p.x <= b.x + b.w && p.y >= b.y && p.y <= b.y + b.h;
}

// between is the box that two corners span.
export function between(a: Point, b: Point): Box {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
}

// around is the smallest box that holds all boxes; undefined when there are none.
export function around(boxes: Iterable<Box>): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const b of boxes) {
    left = Math.min(left, b.x);
    top = Math.min(top, b.y);
    right = Math.max(right, b.x + b.w);
    bottom = Math.max(bottom, b.y + b.h);
  }
  return left === Infinity ? undefined : { x: left, y: top, w: right - left, h: bottom - top };
}

export interface Snap {
  dx: number; // correction to be added
  dy: number;
  x?: number; // the line that was met
  y?: number;
}

// snapTo finds the nearest left edge and top edge of other boxes within reach.
export function snapTo(moved: Box, others: Iterable<Box>, reach: number): Snap {
  const snap: Snap = { dx: 0, dy: 0 };
  let [bestX, bestY] = [reach, reach];
  for (const o of others) {
    const [dx, dy] = [o.x - moved.x, o.y - moved.y];
    if (Math.abs(dx) < bestX) [bestX, snap.dx, snap.x] = [Math.abs(dx), dx, o.x];
    if (Math.abs(dy) < bestY) [bestY, snap.dy, snap.y] = [Math.abs(dy), dy, o.y];
  }
  return snap;
}
