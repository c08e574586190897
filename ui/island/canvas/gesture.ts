// A gesture is what one press of the pointer does until it is released.
import { between, inside, overlap, type Snap, snapTo, WIDTH } from "./geometry";
import { refuseEdge, toGrid } from "./rules";
import type { Stage } from "./stage";
import type { FlowNode, Point } from "./types";

export interface Gesture {
  readonly edgePan?: boolean; // the sheet moves on while the pointer is held at the rim of the window
  move(at: Point): void; // pixels of the window
  end(at: Point): void;
  cancel(): void;
}

const SNAP = 6; // screen pixels
const STRIP = 14; // canvas pixels

// panning moves the sheet.
export function panning(stage: Stage, from: Point): Gesture {
  let last = from;
  return {
    move(at) {
      stage.editor.camera.pan(at.x - last.x, at.y - last.y);
      last = at;
    },
    end() {},
    cancel() {},
  };
}

// framing selects the cards that a frame touches, besides those that were selected before.
export function framing(stage: Stage, from: Point): Gesture {
  const { editor, view } = stage;
  const start = editor.camera.toSheet(from);
  const before = editor.selection.nodes;
  return {
    edgePan: true,
    move(at) {
      const corner = editor.camera.toScreen(start);
      view.rubber(between(corner, at));
      const box = between(start, editor.camera.toSheet(at));
      const met = [...editor.doc.nodes.values()].filter((n) => overlap(box, editor.scene.box(n)));
      editor.selection.only([...before, ...met.map((n) => n.id)]);
    },
    end() {
      view.rubber();
      editor.announce(editor.say("canvas.spoken.selected", { n: editor.selection.all.length }));
    },
    cancel() {
      view.rubber();
      editor.selection.only(before);
    },
  };
}

// carrying moves the selected cards. They hang in the hand until they are put down as one act.
export function carrying(stage: Stage, from: Point, held: FlowNode, free: () => boolean): Gesture {
  const { editor, view } = stage;
  const { scene, camera, doc } = editor;
  const start = camera.toSheet(from);
  const nodes = editor.selection.nodes.map((id) => doc.nodes.get(id)!);
  const others = () => [...doc.nodes.values()].filter((n) => !scene.lifted.has(n.id) && view.card(n.id)).map((n) => scene.box(n));
  const drop = () => {
    scene.lifted.clear();
    view.guides();
    view.follow(nodes.map((n) => n.id));
    view.ask(true);
  };
  return {
    edgePan: true,
    move(at) {
      const now = camera.toSheet(at);
      if (scene.lifted.size === 0) view.ask(true);
      for (const n of nodes) scene.lifted.set(n.id, n);
      let [dx, dy] = [now.x - start.x, now.y - start.y];
      const box = { ...scene.box(held), x: held.x + dx, y: held.y + dy };
      const snap: Snap = free() ? { dx: 0, dy: 0 } : snapTo(box, others(), SNAP / camera.k);
      [dx, dy] = [dx + snap.dx, dy + snap.dy];
      for (const n of nodes) scene.lifted.set(n.id, { x: n.x + dx, y: n.y + dy });
      view.guides(snap);
      view.follow(nodes.map((n) => n.id));
    },
    end() {
      const to = Object.fromEntries(Array.from(scene.lifted, ([id, p]) => [id, [toGrid(p.x), toGrid(p.y)] as [number, number]]));
      drop();
      editor.move(to);
    },
    cancel: drop,
  };
}

// wiring draws an edge from an exit. replacing is an edge that is led elsewhere by its arrow.
export function wiring(stage: Stage, from: FlowNode, port: string, replacing?: string): Gesture {
  const { editor, view } = stage;
  const { scene, camera } = editor;
  let target: FlowNode | undefined;
  const aim = (node?: FlowNode, refused = false) => {
    if (target?.id !== node?.id) view.card(target?.id ?? "")?.classList.remove("fc-target", "fc-refused");
    target = node;
    if (node) view.card(node.id)?.classList.add(refused ? "fc-refused" : "fc-target");
  };
  const over = (at: Point) => hit(stage, camera.toSheet(at), STRIP);
  const finish = () => {
    aim();
    view.draft();
    stage.note.hide();
  };
  return {
    edgePan: true,
    move(at) {
      const node = over(at);
      const refusal = node && node.id !== from.id ? refuseEdge(scene, from.id, port, node.id, replacing) : undefined;
      const goal = node && !refusal ? scene.arrive(node) : camera.toSheet(at);
      view.draft(scene.leave(from, port), goal, refusal !== undefined);
      aim(node?.id === from.id ? undefined : node, refusal !== undefined);
      if (refusal) stage.note.show(editor.say(`canvas.refuse.${refusal.why}`, refusal.args), stage.host);
      else stage.note.hide();
    },
    end(at) {
      const node = over(at);
      finish();
      if (node) editor.connect(from.id, port, node.id, replacing);
      else if (!replacing) stage.offer(from, port, at, true);
    },
    cancel: finish,
  };
}

// hit finds the card under a point of the sheet; strip is how far left of it, where edges arrive, counts too.
export function hit(stage: Stage, p: Point, strip = 0): FlowNode | undefined {
  const { doc, scene, selection } = stage.editor;
  const found = [...doc.nodes.values()].filter((n) => {
    const b = scene.box(n);
    return inside(p, { x: b.x - strip, y: b.y, w: WIDTH + strip, h: b.h });
  });
  return found.find((n) => selection.has(n.id)) ?? found.at(-1);
}
