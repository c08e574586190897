// The scene joins the document with what the Go side tells of it, and answers where everything is drawn.
import { type Change, FlowDoc } from "./doc";
import { around, BELOW, type Ends, HEAD, type Shape, shapeOf, WIDTH } from "./geometry";
import type { Box, Face, FlowEdge, FlowNode, Issue, Kind, Point } from "./types";

const NOTHING: Face = { ports: [], summary: "" };

export class Scene {
  readonly lifted = new Map<string, Point>(); // nodes in the hand: drawn here until they are put down
  readonly problems = new Map<string, "error" | "warning">(); // the worst of each node
  issues: Issue[] = [];
  private readonly faces = new Map<string, Face>();
  private readonly shapes = new Map<string, Shape>();
  private readonly unfolded = new Set<string>();
  private readonly listeners = new Set<(nodes: string[]) => void>();

  constructor(
    readonly doc: FlowDoc,
    readonly kinds: Map<string, Kind>,
  ) {
    doc.listen((c) => this.forget(c));
  }

  // listen calls f with the nodes whose look has changed though the document has not.
  listen(f: (nodes: string[]) => void): void {
    this.listeners.add(f);
  }

  // inspect takes in what the Go side says of the graph as it was a moment ago.
  inspect(faces: Record<string, Face>, issues: Issue[]): void {
    const changed = new Set<string>();
    for (const [id, face] of Object.entries(faces)) {
      if (same(this.faces.get(id), face)) continue;
      this.faces.set(id, face);
      changed.add(id);
    }
    const before = new Map(this.problems);
    this.issues = issues;
    this.problems.clear();
    for (const i of issues) {
      const id = i.node ?? this.doc.edges.get(i.edge ?? "")?.from;
      if (!id || this.problems.get(id) === "error") continue;
      // An exit that may stay unwired shows it by its hollow port; a badge would cry wolf.
      if (i.level === "error" || !i.port) this.problems.set(id, i.level);
    }
    for (const id of [...before.keys(), ...this.problems.keys()]) {
      if (before.get(id) !== this.problems.get(id)) changed.add(id);
    }
    this.touch([...changed]);
  }

  // resemble gives a new node the face of another one until the Go side has looked at it.
  resemble(id: string, other: string): void {
    const face = this.faces.get(other);
    if (face) this.faces.set(id, face);
  }

  fold(id: string, open: boolean): void {
    if (open) this.unfolded.add(id);
    else this.unfolded.delete(id);
    this.touch([id]);
  }

  kind(node: FlowNode): Kind | undefined {
    return this.kinds.get(node.kind);
  }

  face(node: FlowNode): Face {
    return this.faces.get(node.id) ?? this.kind(node)?.face ?? NOTHING;
  }

  // name is what a person calls the node.
  name(node: FlowNode): string {
    return node.title || this.kind(node)?.label || node.kind;
  }

  shape(node: FlowNode): Shape {
    let shape = this.shapes.get(node.id);
    if (!shape) {
      const wired = (port: string) => this.doc.exit(node.id, port) !== undefined;
      shape = shapeOf(this.face(node), wired, this.unfolded.has(node.id));
      this.shapes.set(node.id, shape);
    }
    return shape;
  }

  at(node: FlowNode): Point {
    return this.lifted.get(node.id) ?? node;
  }

  box(node: FlowNode): Box {
    const { x, y } = this.at(node);
    return { x, y, w: WIDTH, h: this.shape(node).height };
  }

  // leave is where an edge leaves a port. A port that is not drawn (its option was just deleted) leaves at the title.
  leave(node: FlowNode, port: string): Point {
    const { x, y } = this.at(node);
    return { x: x + WIDTH, y: y + (this.shape(node).at.get(port) ?? HEAD / 2) };
  }

  arrive(node: FlowNode): Point {
    const { x, y } = this.at(node);
    return { x, y: y + HEAD / 2 };
  }

  ends(edge: FlowEdge): Ends {
    const [from, to] = [this.doc.nodes.get(edge.from)!, this.doc.nodes.get(edge.to)!];
    const bottom = (n: FlowNode) => this.at(n).y + this.shape(n).height;
    return [this.leave(from, edge.port), this.arrive(to), Math.max(bottom(from), bottom(to)) + BELOW];
  }

  bounds(ids?: Iterable<string>): Box | undefined {
    const nodes = ids ? [...ids].flatMap((id) => this.doc.nodes.get(id) ?? []) : [...this.doc.nodes.values()];
    return around(nodes.map((n) => this.box(n)));
  }

  // order lists the nodes as a reader walks them: along the edges from the start, then what is not reached.
  order(): FlowNode[] {
    const seen = new Set<string>();
    const walk = [...this.doc.nodes.values()].sort((a, b) => Number(this.isStart(b)) - Number(this.isStart(a)) || a.x - b.x || a.y - b.y);
    const order: FlowNode[] = [];
    for (const root of walk) {
      const queue = [root];
      for (let node = queue.shift(); node; node = queue.shift()) {
        if (seen.has(node.id)) continue;
        seen.add(node.id);
        order.push(node);
        for (const p of this.face(node).ports) {
          const next = this.doc.exit(node.id, p.id);
          if (next) queue.push(this.doc.nodes.get(next.to)!);
        }
      }
    }
    return order;
  }

  isStart(node: FlowNode): boolean {
    return this.kind(node)?.single ?? false;
  }

  private touch(ids: string[]): void {
    for (const id of ids) this.shapes.delete(id);
    for (const f of this.listeners) f(ids);
  }

  // forget drops what a change of the document has made untrue.
  private forget(c: Change): void {
    if (c.cause === "load") for (const map of [this.faces, this.shapes, this.lifted]) map.clear();
    for (const op of c.ops) {
      if (op.op === "delNode") this.shapes.delete(op.id);
      // The exits of a node may fold differently now; a deleted edge is not known any more, so all are forgotten.
      if (op.op === "addEdge") this.shapes.delete(op.edge.from);
      if (op.op === "delEdge") this.shapes.clear();
    }
  }
}

const same = (a: Face | undefined, b: Face): boolean => a !== undefined && JSON.stringify(a) === JSON.stringify(b);
