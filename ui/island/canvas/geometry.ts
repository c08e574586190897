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
  spare: Port[]; // quiet exits that lead nowhere: dots at the foot of the card, for who looks for them
  at: Map<string, number>;
}

// shapeOf lays a card out. Only what the shape depends on is passed in, so that it can be kept until that changes.
export function shapeOf(face: Face, wired: (port: string) => boolean, open: boolean): Shape {
  const lines = face.summary === "" ? 0 : widthOf(face.summary, 12) > TEXT_WIDTH ? 2 : 1;
  const body = HEAD + (lines > 0 ? lines * LINE + 8 : 0);
  const at = new Map<string, number>();
  const spare = face.ports.filter((p) => p.quiet && !wired(p.id));
  const ports = face.ports.filter((p) => !spare.includes(p));
  spare.forEach((p, i) => at.set(p.id, body - 12 - 14 * i));
  if (ports.length === 1 && !ports[0].error) {
    at.set(ports[0].id, HEAD / 2);
    return { height: body, lines, rows: [], spare, at };
  }
  const rows = rowsOf(ports, wired, open);
  rows.forEach((row, i) => {
    if ("port" in row) at.set(row.port.id, body + i * ROW + ROW / 2);
  });
  return { height: body + rows.length * ROW + (rows.length > 0 ? FOOT : 0), lines, rows, spare, at };
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

// One piece of an edge: a cubic curve.
type Curve = [from: Point, first: Point, second: Point, to: Point];

const LOOP = 90; // how far an edge that leads back swings out
export const BELOW = 28; // how far below both cards it passes

// Ends are where an edge begins and ends, and the height at which it passes below both cards when it leads back.
export type Ends = [from: Point, to: Point, below: number];

// curvesOf is the way of an edge: it leaves and arrives horizontally. One that leads back swings below instead of
// cutting through the cards.
function curvesOf(a: Point, b: Point, y: number): Curve[] {
  const dx = b.x - a.x;
  if (dx >= -24) {
    const pull = Math.max(28, Math.min(dx / 2, 180));
    return [[a, { x: a.x + pull, y: a.y }, { x: b.x - pull, y: b.y }, b]];
  }
  const middle = { x: (a.x + b.x) / 2, y };
  return [
    [a, { x: a.x + LOOP, y: a.y }, { x: a.x + LOOP, y }, middle],
    [middle, { x: b.x - LOOP, y }, { x: b.x - LOOP, y: b.y }, b],
  ];
}

// pathOf draws an edge, with an open arrow at its end.
export function pathOf(...[a, b, below]: Ends): string {
  const tip = { x: b.x - 2, y: b.y };
  const curves = curvesOf(a, tip, below).map(([, p, q, r]) => `C${p.x} ${p.y} ${q.x} ${q.y} ${r.x} ${r.y}`);
  return `M${a.x} ${a.y}${curves.join("")}M${tip.x - 6} ${tip.y - 5}L${tip.x} ${tip.y}L${tip.x - 6} ${tip.y + 5}`;
}

// pointOn is the point of an edge at t between 0 (its exit) and 1 (its arrow).
export function pointOn([a, b, below]: Ends, t: number): Point {
  const curves = curvesOf(a, b, below);
  const n = Math.min(curves.length - 1, Math.floor(t * curves.length));
  const [p, q, r, s] = curves[n];
  const v = t * curves.length - n;
  const u = 1 - v;
  const at = (k: "x" | "y") => u * u * u * p[k] + 3 * u * u * v * q[k] + 3 * u * v * v * r[k] + v * v * v * s[k];
  return { x: at("x"), y: at("y") };
}

// spanOf is a box that holds an edge, bulges included.
export function spanOf([a, b, below]: Ends): Box {
  return around(curvesOf(a, b, below).map((c) => around(c.map((p) => ({ ...p, w: 0, h: 0 })))!))!;
}

// near tells whether a point lies within reach of an edge.
export function near(p: Point, ends: Ends, reach: number): boolean {
  const span = spanOf(ends);
  if (!inside(p, { x: span.x - reach, y: span.y - reach, w: span.w + 2 * reach, h: span.h + 2 * reach })) return false;
  let from = ends[0];
  for (let i = 1; i <= 32; i++) {
    const to = pointOn(ends, i / 32);
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

// meets is overlap for boxes that may have no width or height, such as that of a level edge.
export function meets(a: Box, b: Box): boolean {
  return a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h;
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
