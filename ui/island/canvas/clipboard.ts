// The clipboard holds a piece of a flow as JSON text, so that it can be carried to another flow or kept in a file.
import type { Op } from "./doc";
import type { Scene } from "./scene";
import { type FlowEdge, type FlowNode, freshID } from "./types";

interface Clip {
  foyerFlow: 1;
  nodes: FlowNode[];
  edges: FlowEdge[];
}

const SHIFT = 32; // a copy lies beside what it was copied from

// clip writes nodes and the edges among them; the start stays where it is. Undefined when nothing is left to copy.
export function clip(scene: Scene, ids: string[]): string | undefined {
  const nodes = ids.flatMap((id) => scene.doc.nodes.get(id) ?? []).filter((n) => !scene.isStart(n));
  if (nodes.length === 0) return undefined;
  const inside = new Set(nodes.map((n) => n.id));
  const edges = [...scene.doc.edges.values()].filter((e) => inside.has(e.from) && inside.has(e.to));
  const text: Clip = { foyerFlow: 1, nodes, edges };
  return JSON.stringify(text);
}

// unclip plans the pasting of a piece: what it refers to (skill groups, texts) is kept, ids are new. origin tells of
// each new node what it was copied from. Undefined when the text is not a piece of a flow.
export function unclip(scene: Scene, text: string, nth: number): { ops: Op[]; origin: Map<string, string> } | undefined {
  const piece = parse(text);
  if (!piece) return undefined;
  const ids = new Map<string, string>();
  const origin = new Map<string, string>();
  const ops: Op[] = [];
  for (const n of piece.nodes) {
    const kind = scene.kinds.get(n.kind);
    if (!kind || kind.single || ids.has(n.id)) continue;
    const id = freshID("n");
    ids.set(n.id, id);
    origin.set(id, n.id);
    ops.push({ op: "addNode", node: { ...structuredClone(n), id, x: n.x + SHIFT * nth, y: n.y + SHIFT * nth } });
  }
  const exits = new Set<string>();
  for (const e of piece.edges) {
    const [from, to, exit] = [ids.get(e.from), ids.get(e.to), `${e.from} ${e.port}`];
    if (!from || !to || exits.has(exit)) continue;
    exits.add(exit);
    ops.push({ op: "addEdge", edge: { id: freshID("e"), from, port: e.port, to } });
  }
  return { ops, origin };
}

// parse reads a clip of unknown origin: anything may stand on a clipboard.
function parse(text: string): Clip | undefined {
  if (!text.startsWith('{"foyerFlow":')) return undefined;
  try {
    const clip = JSON.parse(text) as Partial<Clip>;
    const nodes = clip.nodes!.every((n) => typeof n.id === "string" && typeof n.kind === "string" && Number.isFinite(n.x) && Number.isFinite(n.y));
    const edges = clip.edges!.every((e) => [e.from, e.port, e.to].every((s) => typeof s === "string"));
    return nodes && edges ? (clip as Clip) : undefined;
  } catch {
    return undefined;
  }
}
