// What may be drawn: each answer is either a plan of operations or the reason why not.
import type { Op } from "./doc";
import { HEAD, overlap, WIDTH } from "./geometry";
import type { Scene } from "./scene";
import { type FlowEdge, type FlowNode, freshID, type Kind, type Point, type Port } from "./types";

// Refusal is a catalogue key under "canvas.refuse." and its arguments.
export interface Refusal {
  why: string;
  args?: Record<string, string>;
}

const COLUMN = 72; // free space between two cards in a row
const GRID = 4;

// refuseEdge tells why an exit must not lead to a node. replacing is the edge that is being led elsewhere.
export function refuseEdge(scene: Scene, from: string, port: string, to: string, replacing?: string): Refusal | undefined {
  const [source, target] = [scene.doc.nodes.get(from), scene.doc.nodes.get(to)];
  if (!source || !target || !scene.face(source).ports.some((p) => p.id === port)) return { why: "gone" };
  if (from === to) return { why: "itself" };
  if (scene.kind(target)?.noInput) return { why: "start", args: { name: scene.name(target) } };
  const taken = scene.doc.exit(from, port);
  if (taken?.id === replacing || !taken) return undefined;
  const name = scene.name(scene.doc.nodes.get(taken.to)!);
  return taken.to === to ? { why: "same", args: { name } } : { why: "taken", args: { name } };
}

// removal plans the deletion of nodes and edges; an edge goes with either of its nodes. What is protected stays, and
// refusal says why.
export function removal(scene: Scene, ids: string[]): { ops: Op[]; refusal?: Refusal } {
  const { doc } = scene;
  const edges = new Set(ids.filter((id) => doc.edges.has(id)));
  const wanted = ids.flatMap((id) => doc.nodes.get(id) ?? []);
  let ends = [...doc.nodes.values()].filter((n) => isEnd(scene, n)).length;
  let refusal: Refusal | undefined;
  const nodes = wanted.filter((n) => {
    if (scene.isStart(n)) refusal = { why: "deleteStart", args: { name: scene.name(n) } };
    else if (isEnd(scene, n) && ends === 1) refusal = { why: "deleteEnd", args: { name: scene.name(n) } };
    else {
      if (isEnd(scene, n)) ends--;
      return true;
    }
    return false;
  });
  for (const n of nodes) for (const e of doc.edgesOf(n.id)) edges.add(e.id);
  const ops: Op[] = [...Array.from(edges, (id): Op => ({ op: "delEdge", id })), ...nodes.map((n): Op => ({ op: "delNode", id: n.id }))];
  return { ops, refusal };
}

const isEnd = (scene: Scene, n: FlowNode) => scene.kind(n)?.category === "end";

// freeExit is the exit that a new edge leaves by when the admin does not name one: the first usual exit that leads
// nowhere, else the first error exit. One that is usually left unwired is never taken by itself.
export function freeExit(scene: Scene, node: FlowNode): Port | undefined {
  const free = scene.face(node).ports.filter((p) => !p.quiet && !scene.doc.exit(node.id, p.id));
  return free.find((p) => !p.error) ?? free[0];
}

// fresh makes a node of a kind.
export function fresh(kind: Kind, at: Point): FlowNode {
  return { id: freshID("n"), kind: kind.name, x: toGrid(at.x), y: toGrid(at.y), config: structuredClone(kind.config) };
}

export function wire(from: string, port: string, to: string): Op {
  return { op: "addEdge", edge: { id: freshID("e"), from, port, to } };
}

// placeAfter finds room for a card to the right of a node, level with one of its exits, below what is there already.
export function placeAfter(scene: Scene, node: FlowNode, port: Port | undefined, height: number): Point {
  const leave = scene.leave(node, port?.id ?? "");
  return clear(scene, { x: leave.x + COLUMN, y: leave.y - HEAD / 2 }, height);
}

// clear moves a place down until a card of the given height touches no other.
export function clear(scene: Scene, at: Point, height: number): Point {
  const spot = { x: at.x - 12, y: at.y - 12, w: WIDTH + 24, h: height + 24 };
  const boxes = Array.from(scene.doc.nodes.values(), (n) => scene.box(n)).sort((a, b) => a.y - b.y);
  for (const b of boxes) if (overlap(spot, b)) spot.y = b.y + b.h + 24 - 12 + GRID;
  return { x: toGrid(spot.x + 12), y: toGrid(spot.y + 12) };
}

// insertion plans a node in the middle of an edge. Cards to the right make room when the gap is too narrow.
export function insertion(scene: Scene, edge: FlowEdge, node: FlowNode): { ops: Op[]; refusal?: Refusal } {
  const [source, target] = [scene.doc.nodes.get(edge.from)!, scene.doc.nodes.get(edge.to)!];
  const exit = freeExit(scene, node);
  if (!exit) return { ops: [], refusal: { why: "noExit", args: { name: scene.name(node) } } };
  const lacking = WIDTH + 2 * COLUMN - (target.x - source.x - WIDTH);
  const to: Record<string, [number, number]> = {};
  if (target.x > source.x && lacking > 0) {
    for (const n of scene.doc.nodes.values()) if (n.x >= target.x) to[n.id] = [n.x + lacking, n.y];
    node = { ...node, x: source.x + WIDTH + COLUMN };
  }
  const room: Op[] = Object.keys(to).length > 0 ? [{ op: "move", to }] : [];
  return {
    ops: [...room, { op: "delEdge", id: edge.id }, { op: "addNode", node }, wire(edge.from, edge.port, node.id), wire(node.id, exit.id, edge.to)],
  };
}

export const toGrid = (n: number) => Math.round(n / GRID) * GRID;
