// The edges on the sheet. Near by, each edge is an element with a wide invisible path for the mouse; from afar all
// are one path, because a thousand hair lines need no elements of their own.
import { svg } from "./dom";
import { meets, near, pathOf, spanOf } from "./geometry";
import type { Scene } from "./scene";
import type { Selection } from "./selection";
import type { Box, FlowEdge, Point } from "./types";

interface Wire {
  g: SVGGElement;
  hit: SVGPathElement;
  line: SVGPathElement;
}

export class Wires {
  readonly layer = svg("g");
  private readonly crowd = svg("path", { class: "fc-crowd" });
  private readonly drawn = new Map<string, Wire>();
  private hot?: string;

  constructor(
    private readonly scene: Scene,
    private readonly selection: Selection,
  ) {
    this.layer.append(this.crowd);
  }

  // sweep draws what lies in sight and forgets the rest.
  sweep(sight: Box, far: boolean): void {
    const crowd: string[] = [];
    const keep = new Set<string>();
    for (const edge of this.scene.doc.edges.values()) {
      const ends = this.scene.ends(edge);
      if (!meets(sight, spanOf(ends))) continue;
      if (far && !this.alone(edge)) crowd.push(pathOf(...ends));
      else keep.add(edge.id);
    }
    for (const [id, wire] of this.drawn) {
      if (keep.has(id)) continue;
      wire.g.remove();
      this.drawn.delete(id);
    }
    for (const id of keep) if (!this.drawn.has(id)) this.draw(this.scene.doc.edges.get(id)!);
    this.crowd.setAttribute("d", crowd.join(""));
  }

  // follow redraws the edges of nodes that have moved.
  follow(nodes: Iterable<string>): void {
    for (const id of nodes) {
      for (const edge of this.scene.doc.edgesOf(id)) {
        const wire = this.drawn.get(edge.id);
        if (wire) this.shape(edge, wire);
      }
    }
  }

  // mark shows which edges are selected; heat makes one edge ready to take a new node.
  mark(): void {
    for (const [id, { g }] of this.drawn) {
      g.classList.toggle("on", this.selection.has(id));
      g.classList.toggle("hot", id === this.hot);
    }
  }

  heat(id: string | undefined): void {
    if (id === this.hot) return;
    this.hot = id;
    this.mark();
  }

  // at finds the edge under a point; reach is how far it may be missed.
  at(p: Point, reach: number): FlowEdge | undefined {
    for (const edge of this.scene.doc.edges.values()) {
      if (near(p, this.scene.ends(edge), reach)) return edge;
    }
    return undefined;
  }

  private alone(edge: FlowEdge): boolean {
    const { lifted } = this.scene;
    return this.selection.has(edge.id) || lifted.has(edge.from) || lifted.has(edge.to);
  }

  private draw(edge: FlowEdge): void {
    const line = svg("path", { class: "fc-line" });
    const hit = svg("path", { class: "fc-hit" });
    const wire = { g: svg("g", { class: "fc-wire", "data-edge": edge.id }, line, hit), hit, line };
    wire.g.classList.toggle("on", this.selection.has(edge.id));
    this.shape(edge, wire);
    this.layer.append(wire.g);
    this.drawn.set(edge.id, wire);
  }

  private shape(edge: FlowEdge, wire: Wire): void {
    const d = pathOf(...this.scene.ends(edge));
    wire.line.setAttribute("d", d);
    wire.hit.setAttribute("d", d);
  }
}
