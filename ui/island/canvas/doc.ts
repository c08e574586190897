// The document: a log of operations, each with its inverse. Nothing but apply, undo and redo ever changes it.
import type { Config, FlowEdge, FlowNode, Graph, Variable } from "./types";

export type Op =
  | { op: "addNode"; node: FlowNode }
  | { op: "delNode"; id: string } // its edges must be gone
  | { op: "move"; to: Record<string, [x: number, y: number]> }
  | { op: "set"; id: string; title?: string; config?: Config } // what is absent stays
  | { op: "vars"; vars: Variable[] } // all of them, in their order
  | { op: "addEdge"; edge: FlowEdge }
  | { op: "delEdge"; id: string };

// Why a change came about: by a new act, by the history, or because another document was loaded.
export type Cause = "do" | "undo" | "redo" | "load";

export interface Change {
  ops: Op[];
  cause: Cause;
}

// What the history remembers of one act. merge is set while a later act of the same name joins this one.
interface Entry {
  inverse: Op[];
  label: string;
  merge?: string;
}

export interface Act {
  label?: string; // what the act is called when it is undone
  merge?: string; // acts of the same name that follow each other become one entry
}

const fault = (what: string): never => {
  throw new Error(`flow document: ${what}`);
};

export class FlowDoc {
  readonly nodes = new Map<string, FlowNode>();
  readonly edges = new Map<string, FlowEdge>();
  private readonly leaving = new Map<string, Map<string, FlowEdge>>(); // node → port → edge
  private readonly arriving = new Map<string, Set<string>>(); // node → edge ids
  private undone: Entry[] = [];
  private done: Entry[] = [];
  private spec = 1;
  private declared: Variable[] = [];
  private readonly listeners = new Set<(c: Change) => void>();

  constructor(graph?: Graph) {
    if (graph) this.load(graph);
  }

  // load replaces everything and forgets the history.
  load(graph: Graph): void {
    for (const map of [this.nodes, this.edges, this.leaving, this.arriving]) map.clear();
    this.done = [];
    this.undone = [];
    this.declared = [];
    this.spec = graph.spec;
    for (const op of additions(graph)) this.put(op);
    this.tell({ ops: [], cause: "load" });
  }

  // apply does one act: all of its operations or, when one is impossible, none of them (it throws).
  apply(ops: Op[], act: Act = {}): void {
    if (ops.length === 0) return;
    const inverse = this.run(ops);
    const last = this.done.at(-1);
    if (last && act.merge && last.merge === act.merge) last.inverse = join(inverse, last.inverse);
    else this.done.push({ inverse, label: act.label ?? "", merge: act.merge });
    this.undone = [];
    this.tell({ ops, cause: "do" });
  }

  // seal ends the joining of acts: what is typed next is an entry of its own.
  seal(): void {
    const last = this.done.at(-1);
    if (last) delete last.merge;
  }

  // undo takes the last act back and gives its label; undefined when there is none.
  undo(): string | undefined {
    return this.shift(this.done, this.undone, "undo");
  }

  redo(): string | undefined {
    return this.shift(this.undone, this.done, "redo");
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  // listen calls f after every change and returns what stops it.
  listen(f: (c: Change) => void): () => void {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  }

  // vars are the variables that the flow declares.
  get vars(): readonly Variable[] {
    return this.declared;
  }

  // exit is the edge that leaves a port, if any.
  exit(node: string, port: string): FlowEdge | undefined {
    return this.leaving.get(node)?.get(port);
  }

  edgesFrom(node: string): FlowEdge[] {
    return [...(this.leaving.get(node)?.values() ?? [])];
  }

  edgesTo(node: string): FlowEdge[] {
    return Array.from(this.arriving.get(node) ?? [], (id) => this.edges.get(id)!);
  }

  edgesOf(node: string): FlowEdge[] {
    return [...this.edgesFrom(node), ...this.edgesTo(node)];
  }

  // toJSON orders by id, so that documents of equal content are equal text.
  toJSON(): Graph {
    const byID = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
    const plain = ({ id, kind, title, x, y, config }: FlowNode): FlowNode => ({ id, kind, ...(title && { title }), x, y, config });
    const vars = this.declared.length > 0 && { vars: this.declared };
    return { spec: this.spec, ...vars, nodes: [...this.nodes.values()].sort(byID).map(plain), edges: [...this.edges.values()].sort(byID) };
  }

  private tell(c: Change): void {
    for (const f of this.listeners) f(c);
  }

  private shift(from: Entry[], to: Entry[], cause: Cause): string | undefined {
    const entry = from.pop();
    if (!entry) return undefined;
    to.push({ inverse: this.run(entry.inverse), label: entry.label });
    this.tell({ ops: entry.inverse, cause });
    return entry.label;
  }

  // run puts all operations and returns what takes them back, in the order to be put.
  private run(ops: Op[]): Op[] {
    const inverse: Op[] = [];
    try {
      for (const op of ops) inverse.unshift(this.put(op));
    } catch (err) {
      for (const op of inverse) this.put(op);
      throw err;
    }
    return inverse;
  }

  // put does one operation and returns its inverse; an impossible one throws before anything is changed.
  private put(op: Op): Op {
    switch (op.op) {
      case "addNode":
        return this.addNode(op.node);
      case "delNode":
        return this.delNode(op.id);
      case "move":
        return this.move(op.to);
      case "set":
        return this.set(op);
      case "vars":
        return this.declare(op.vars);
      case "addEdge":
        return this.addEdge(op.edge);
      case "delEdge":
        return this.delEdge(op.id);
    }
  }

  private node(id: string): FlowNode {
    return this.nodes.get(id) ?? fault(`no node ${id}`);
  }

  private addNode(node: FlowNode): Op {
    if (this.nodes.has(node.id)) fault(`node ${node.id} is there already`);
    this.nodes.set(node.id, { ...node, title: node.title ?? "", config: node.config ?? {} });
    this.leaving.set(node.id, new Map());
    this.arriving.set(node.id, new Set());
    return { op: "delNode", id: node.id };
  }

  private delNode(id: string): Op {
    const node = this.node(id);
    if (this.edgesOf(id).length > 0) fault(`node ${id} has edges`);
    this.nodes.delete(id);
    this.leaving.delete(id);
    this.arriving.delete(id);
    return { op: "addNode", node };
  }

  private move(to: Record<string, [number, number]>): Op {
    const back: Record<string, [number, number]> = {};
    for (const id of Object.keys(to)) {
      const { x, y } = this.node(id);
      back[id] = [x, y];
    }
    for (const [id, [x, y]] of Object.entries(to)) this.nodes.set(id, { ...this.node(id), x, y });
    return { op: "move", to: back };
  }

  private set({ id, title, config }: { id: string; title?: string; config?: Config }): Op {
    const was = this.node(id);
    const back: Op = { op: "set", id };
    const now = { ...was };
    if (title !== undefined) [back.title, now.title] = [was.title, title];
    if (config !== undefined) [back.config, now.config] = [was.config, config];
    this.nodes.set(id, now);
    return back;
  }

  private declare(vars: Variable[]): Op {
    const back = this.declared;
    this.declared = vars;
    return { op: "vars", vars: back };
  }

  private addEdge(edge: FlowEdge): Op {
    if (this.edges.has(edge.id)) fault(`edge ${edge.id} is there already`);
    if (!this.nodes.has(edge.from) || !this.nodes.has(edge.to)) fault(`edge ${edge.id} leads from or to nothing`);
    const exits = this.leaving.get(edge.from)!;
    if (exits.has(edge.port)) fault(`port ${edge.port} of ${edge.from} is taken`);
    this.edges.set(edge.id, edge);
    exits.set(edge.port, edge);
    this.arriving.get(edge.to)!.add(edge.id);
    return { op: "delEdge", id: edge.id };
  }

  private delEdge(id: string): Op {
    const edge = this.edges.get(id) ?? fault(`no edge ${id}`);
    this.edges.delete(id);
    this.leaving.get(edge.from)!.delete(edge.port);
    this.arriving.get(edge.to)!.delete(id);
    return { op: "addEdge", edge };
  }
}

// additions are the operations that build a graph from nothing.
export function additions(graph: Graph): Op[] {
  return [
    ...(graph.vars?.length ? [{ op: "vars", vars: graph.vars } as Op] : []),
    ...graph.nodes.map((node): Op => ({ op: "addNode", node })),
    ...graph.edges.map((edge): Op => ({ op: "addEdge", edge })),
  ];
}

// replacement turns the document into another one as a single act, which can be undone.
export function replacement(doc: FlowDoc, graph: Graph): Op[] {
  return [
    ...(doc.vars.length > 0 ? [{ op: "vars", vars: [] } as Op] : []),
    ...Array.from(doc.edges.keys(), (id): Op => ({ op: "delEdge", id })),
    ...Array.from(doc.nodes.keys(), (id): Op => ({ op: "delNode", id })),
    ...additions(graph),
  ];
}

// join puts a newer inverse before an older one. Typing makes many "set"s of one node: only the oldest, which
// knows what was there before, is kept.
function join(newer: Op[], older: Op[]): Op[] {
  const [a, b] = [newer[0], older[0]];
  const single = newer.length === 1 && older.length === 1;
  const same = (a.op === "set" && b.op === "set" && a.id === b.id && keys(a) === keys(b)) || (a.op === "vars" && b.op === "vars");
  return single && same ? older : [...newer, ...older];
}

const keys = (op: object) => Object.keys(op).sort().join();
