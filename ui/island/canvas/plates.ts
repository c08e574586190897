// The plates: all cards as they are seen from so far away that no name can be read. One path for each colour takes the
// place of a thousand elements.
import { svg } from "./dom";
import type { Scene } from "./scene";
import type { Selection } from "./selection";
import { overlap } from "./geometry";
import type { Box, FlowNode } from "./types";

export class Plates {
  readonly layer = svg("g", { class: "fc-plates" });
  private readonly paths = new Map<string, SVGPathElement>();

  constructor(
    private readonly scene: Scene,
    private readonly selection: Selection,
  ) {}

  // draw puts a plate for each node in sight that has no element of its own.
  draw(sight: Box): void {
    const shapes = new Map<string, string[]>();
    for (const node of this.scene.doc.nodes.values()) {
      const box = this.scene.box(node);
      if (this.alone(node) || !overlap(sight, box)) continue;
      const tone = this.tone(node);
      if (!shapes.has(tone)) shapes.set(tone, []);
      shapes.get(tone)!.push(`M${box.x} ${box.y}h${box.w}v${box.h}h${-box.w}z`);
    }
    for (const tone of shapes.keys()) if (!this.paths.has(tone)) this.path(tone);
    for (const [tone, path] of this.paths) path.setAttribute("d", shapes.get(tone)?.join("") ?? "");
  }

  clear(): void {
    for (const path of this.paths.values()) path.setAttribute("d", "");
  }

  // alone tells whether a node is drawn as a card at every distance: it is selected or in the hand.
  alone(node: FlowNode): boolean {
    return this.selection.has(node.id) || this.scene.lifted.has(node.id);
  }

  private tone(node: FlowNode): string {
    return this.scene.problems.get(node.id) === "error" ? "wrong" : (this.scene.kind(node)?.tone ?? "");
  }

  private path(tone: string): void {
    const path = svg("path", { "data-tone": tone });
    this.paths.set(tone, path);
    this.layer.append(path);
  }
}
