// The editor: everything that can be done to a flow, once, for mouse, keyboard, touch and buttons alike.
import { Camera } from "./camera";
import { clip, unclip } from "./clipboard";
import { FlowDoc, type Op, replacement } from "./doc";
import { HEAD, pointOn, shapeOf, WIDTH } from "./geometry";
import { clear, fresh, freeExit, insertion, placeAfter, refuseEdge, type Refusal, removal, wire } from "./rules";
import { Scene } from "./scene";
import { Selection } from "./selection";
import { type Config, counted, type FlowEdge, type FlowNode, type Graph, type Kind, type Point, type Say, type Variable } from "./types";

export class Editor {
  readonly doc: FlowDoc;
  readonly scene: Scene;
  readonly camera = new Camera();
  readonly selection: Selection;
  announce: (text: string) => void = () => {}; // told to screen readers
  note: (text: string) => void = () => {}; // shown at the pointer
  private pasted = 0; // copies since the last copy, so that they do not lie on each other

  constructor(
    graph: Graph,
    readonly kinds: Map<string, Kind>,
    readonly say: Say,
    readonly readonly: boolean,
  ) {
    this.doc = new FlowDoc(graph);
    this.scene = new Scene(this.doc, kinds);
    this.selection = new Selection(this.doc);
  }

  // refuse says why something was not done, where the admin looks and to who cannot see.
  refuse(r: Refusal): void {
    const text = this.say(`canvas.refuse.${r.why}`, r.args);
    this.note(text);
    this.announce(text);
  }

  // add puts a new node at a place and selects it.
  add(kind: Kind, at: Point): void {
    const node = fresh(kind, at);
    this.act([{ op: "addNode", node }], "add", kind.label);
    this.selection.only([node.id]);
  }

  // addNear puts a new node where it most likely belongs: into the selected edge, after the selected node (joined to
  // its first free exit), else into the middle of what is seen.
  addNear(kind: Kind): void {
    const edge = this.doc.edges.get(this.selection.edge ?? "");
    if (edge) return this.addInto(kind, edge);
    const node = this.doc.nodes.get(this.selection.nodes.at(-1) ?? "");
    if (node) return this.addAfter(kind, node);
    const c = this.camera.centre();
    this.add(kind, clear(this.scene, { x: c.x - WIDTH / 2, y: c.y - HEAD }, this.height(kind)));
    this.reveal(this.selection.all);
  }

  addAfter(kind: Kind, after: FlowNode, port = freeExit(this.scene, after)?.id): void {
    const exit = this.scene.face(after).ports.find((p) => p.id === port);
    const node = fresh(kind, placeAfter(this.scene, after, exit, this.height(kind)));
    this.addWired(node, kind, after, port);
    this.reveal([node.id]);
  }

  // addAt puts a new node where an exit's wire was dropped.
  addAt(kind: Kind, from: FlowNode, port: string, at: Point): void {
    this.addWired(fresh(kind, { x: at.x, y: at.y - HEAD / 2 }), kind, from, port);
  }

  private addWired(node: FlowNode, kind: Kind, from: FlowNode, port: string | undefined): void {
    const ops: Op[] = [{ op: "addNode", node }];
    if (port !== undefined && !kind.noInput) ops.push(wire(from.id, port, node.id));
    this.act(ops, "add", kind.label);
    this.selection.only([node.id]);
  }

  // addInto puts a new node into the middle of an edge.
  addInto(kind: Kind, edge: FlowEdge, at?: Point): void {
    const middle = pointOn(this.scene.ends(edge), 0.5);
    const node = fresh(kind, at ?? { x: middle.x - WIDTH / 2, y: middle.y - HEAD / 2 });
    const { ops, refusal } = insertion(this.scene, edge, node);
    if (refusal) return this.refuse(refusal);
    this.act(ops, "add", kind.label);
    this.selection.only([node.id]);
    this.reveal([node.id]);
  }

  // connect leads an exit to a node; replacing is the edge that did so before.
  connect(from: string, port: string, to: string, replacing?: string): void {
    const refusal = refuseEdge(this.scene, from, port, to, replacing);
    if (refusal) return this.refuse(refusal);
    const ops: Op[] = replacing ? [{ op: "delEdge", id: replacing }] : [];
    const [a, b] = [from, to].map((id) => this.scene.name(this.doc.nodes.get(id)!));
    this.doc.apply([...ops, wire(from, port, to)], { label: this.say("canvas.did.connect", { from: a, to: b }) });
    this.announce(this.say("canvas.did.connect", { from: a, to: b }));
  }

  // remove deletes what is selected, or the given things. What is protected stays and says why.
  remove(ids = this.selection.all): void {
    if (ids.length === 0) return;
    const { ops, refusal } = removal(this.scene, ids);
    const gone = ids.filter((id) => ops.some((op) => (op.op === "delNode" || op.op === "delEdge") && op.id === id));
    if (ops.length > 0) this.act(ops, "delete", this.describe(gone));
    if (refusal) this.refuse(refusal);
  }

  // move puts nodes down at new places as one act.
  move(to: Record<string, [number, number]>, merge?: string): void {
    const ids = Object.keys(to).filter((id) => {
      const n = this.doc.nodes.get(id)!;
      return n.x !== to[id][0] || n.y !== to[id][1];
    });
    if (ids.length === 0) return;
    const label = this.say("canvas.did.move", { name: this.describe(ids) });
    this.doc.apply([{ op: "move", to: Object.fromEntries(ids.map((id) => [id, to[id]])) }], { label, merge });
  }

  // nudge moves the selected nodes by a step of the keyboard.
  nudge(dx: number, dy: number): void {
    const nodes = this.selection.nodes.map((id) => this.doc.nodes.get(id)!);
    this.move(Object.fromEntries(nodes.map((n) => [n.id, [n.x + dx, n.y + dy]])), `nudge ${this.selection.nodes.join()}`);
    this.reveal(this.selection.nodes);
  }

  // rename and configure are typed into; the typing of one field is one act.
  rename(id: string, title: string): void {
    const name = this.scene.name(this.doc.nodes.get(id)!);
    this.doc.apply([{ op: "set", id, title }], { label: this.say("canvas.did.edit", { name }), merge: `title ${id}` });
  }

  // configure sets a node's config. lost are exits that vanish with it; their edges go in the same act.
  configure(id: string, config: Config, field: string, lost: string[] = []): void {
    const name = this.scene.name(this.doc.nodes.get(id)!);
    const edges = lost.flatMap((port): Op[] => {
      const edge = this.doc.exit(id, port);
      return edge ? [{ op: "delEdge", id: edge.id }] : [];
    });
    this.doc.apply([{ op: "set", id, config }, ...edges], { label: this.say("canvas.did.edit", { name }), merge: `config ${id} ${field}` });
  }

  // declare sets the flow's variables; more are changes of nodes that belong to the same act.
  declare(vars: Variable[], label: string, more: Op[] = [], merge?: string): void {
    this.doc.apply([{ op: "vars", vars }, ...more], { label, merge });
  }

  // replace puts a whole other document in place of this one, as an act that can be undone.
  replace(graph: Graph, label: string): void {
    this.doc.apply(replacement(this.doc, graph), { label });
  }

  copy(): string | undefined {
    this.pasted = 0;
    return clip(this.scene, this.selection.nodes);
  }

  // paste tells whether the text was a piece of a flow.
  paste(text: string): boolean {
    const piece = unclip(this.scene, text, ++this.pasted);
    if (!piece || piece.ops.length === 0) return false;
    for (const [id, from] of piece.origin) this.scene.resemble(id, from);
    const ids = [...piece.origin.keys()];
    const label = counted(this.say, "canvas.did.paste", ids.length);
    this.doc.apply(piece.ops, { label });
    this.announce(label);
    this.selection.only(ids);
    this.reveal(ids);
    return true;
  }

  duplicate(): void {
    const text = clip(this.scene, this.selection.nodes);
    if (text) this.paste(text);
  }

  undo(): void {
    this.recall("undo");
  }

  redo(): void {
    this.recall("redo");
  }

  // recall walks the history one step and shows what changed.
  private recall(way: "undo" | "redo"): void {
    const touched = new Set<string>();
    const stop = this.doc.listen(({ ops }) => {
      for (const op of ops) {
        if (op.op === "addNode") touched.add(op.node.id);
        if (op.op === "set") touched.add(op.id);
        if (op.op === "move") for (const id of Object.keys(op.to)) touched.add(id);
      }
    });
    const label = this.doc[way]();
    stop();
    this.announce(label === undefined ? this.say(`canvas.${way}.none`) : this.say(`canvas.${way}.done`, { what: label }));
    const there = [...touched].filter((id) => this.doc.nodes.has(id));
    if (there.length > 0 && there.length < 20) this.reveal(there);
  }

  // reveal brings nodes into the window.
  reveal(ids: string[]): void {
    const box = this.scene.bounds(ids);
    if (box) this.camera.reveal(box);
  }

  selectAll(): void {
    this.selection.only([...this.doc.nodes.keys(), ...this.doc.edges.keys()]);
  }

  // describe names one thing, or counts several.
  describe(ids: string[]): string {
    const nodes = ids.flatMap((id) => this.doc.nodes.get(id) ?? []);
    if (nodes.length === 1) return this.scene.name(nodes[0]);
    if (nodes.length > 1) return counted(this.say, "canvas.nodes", nodes.length);
    return ids.length === 1 ? this.say("canvas.edge") : counted(this.say, "canvas.edges", ids.length);
  }

  private height(kind: Kind): number {
    return shapeOf(kind.face, () => false, false).height;
  }

  private act(ops: Op[], did: string, name: string): void {
    const label = this.say(`canvas.did.${did}`, { name });
    this.doc.apply(ops, { label });
    this.announce(label);
  }
}
