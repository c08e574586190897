// The selection: ids of nodes and edges, in the order in which they were taken up.
import type { FlowDoc } from "./doc";

export class Selection {
  private ids = new Set<string>();
  private readonly listeners = new Set<(was: ReadonlySet<string>) => void>();

  constructor(private readonly doc: FlowDoc) {
    doc.listen(() => this.only(this.all.filter((id) => doc.nodes.has(id) || doc.edges.has(id))));
  }

  // listen calls f with the former selection after each change.
  listen(f: (was: ReadonlySet<string>) => void): void {
    this.listeners.add(f);
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  get all(): string[] {
    return [...this.ids];
  }

  get nodes(): string[] {
    return this.all.filter((id) => this.doc.nodes.has(id));
  }

  get edges(): string[] {
    return this.all.filter((id) => this.doc.edges.has(id));
  }

  // node is the selected node when exactly one thing is selected; edge likewise.
  get node(): string | undefined {
    return this.ids.size === 1 ? this.nodes[0] : undefined;
  }

  get edge(): string | undefined {
    return this.ids.size === 1 ? this.edges[0] : undefined;
  }

  only(ids: Iterable<string>): void {
    const was = this.ids;
    this.ids = new Set(ids);
    if (was.size === this.ids.size && [...was].every((id) => this.ids.has(id))) return;
    for (const f of this.listeners) f(was);
  }

  toggle(id: string): void {
    this.only(this.ids.has(id) ? this.all.filter((x) => x !== id) : [...this.ids, id]);
  }
}
