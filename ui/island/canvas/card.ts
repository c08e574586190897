// A card: the HTML of one node. It is made anew whenever anything but its place changes.
import { icon } from "../page";
import { el } from "./dom";
import { type Row, shorten } from "./geometry";
import type { Scene } from "./scene";
import { counted, type FlowNode, type Point, type Port, type Say } from "./types";

// card draws a node in full, for reading and working.
export function card(scene: Scene, node: FlowNode, say: Say): HTMLElement {
  const kind = scene.kind(node);
  const face = scene.face(node);
  const shape = scene.shape(node);
  const e = frame(scene, node, say);
  const problem = scene.problems.get(node.id);
  const head = el("div", { class: "fc-head" }, icon(kind?.icon ?? ""), el("span", { class: "fc-title", title: scene.name(node) }, shorten(scene.name(node), 14, problem ? 132 : 156)));
  if (problem) head.append(el("button", { class: `fc-badge fc-${problem}`, type: "button", tabindex: -1, "aria-label": say(`canvas.badge.${problem}`) }));
  e.append(head);
  if (shape.lines > 0) e.append(el("p", { class: shape.lines > 1 ? "fc-summary fc-two" : "fc-summary", title: face.summary }, shorten(face.summary, 12, shape.lines * 184)));
  if (shape.rows.length === 0) for (const p of face.ports) if (!shape.spare.includes(p)) head.append(dot(scene, node, p));
  for (const row of shape.rows) e.append(line(scene, node, row, say));
  for (const p of shape.spare) {
    const quiet = dot(scene, node, p);
    quiet.classList.add("fc-spare");
    quiet.style.top = `${shape.at.get(p.id)! - 5}px`;
    e.append(quiet);
  }
  return e;
}

// brief draws a node as it is seen from afar: a coloured plate with its name.
export function brief(scene: Scene, node: FlowNode, say: Say): HTMLElement {
  const e = frame(scene, node, say);
  e.classList.add("fc-brief");
  e.append(shorten(scene.name(node), 26, 340)); // two lines
  return e;
}

function frame(scene: Scene, node: FlowNode, say: Say): HTMLElement {
  const problem = scene.problems.get(node.id);
  const e = el("div", {
    class: problem === "error" ? "fc-card fc-wrong" : "fc-card",
    id: `fc-${node.id}`,
    "data-id": node.id,
    "data-tone": scene.kind(node)?.tone,
    role: "group",
    "aria-label": spoken(scene, node, say),
  });
  e.style.height = `${scene.shape(node).height}px`;
  put(e, scene.at(node));
  return e;
}

// put moves a card. Neither a transform nor containment of its own: with a thousand of them the browser would keep a
// thousand layers in mind for every frame of panning.
export function put(card: HTMLElement, { x, y }: Point): void {
  card.style.left = `${x}px`;
  card.style.top = `${y}px`;
}

function line(scene: Scene, node: FlowNode, row: Row, say: Say): HTMLElement {
  if ("port" in row) {
    const quiet = row.port.error ? " fc-quiet" : "";
    return el("div", { class: `fc-row${quiet}` }, el("span", {}, shorten(row.port.label, 12, 186)), dot(scene, node, row.port));
  }
  const words = say(row.open ? "canvas.fold.close" : "canvas.fold.open", { n: row.folded });
  return el("button", { class: "fc-row fc-fold", type: "button", tabindex: -1, "aria-expanded": String(row.open) }, words);
}

function dot(scene: Scene, node: FlowNode, port: Port): HTMLElement {
  const wired = scene.doc.exit(node.id, port.id) !== undefined;
  return el("i", { class: wired ? "fc-port fc-wired" : "fc-port", "data-port": port.id, title: port.label });
}

// spoken describes a node to who cannot see it.
export function spoken(scene: Scene, node: FlowNode, say: Say): string {
  const ports = scene.face(node).ports.filter((p) => !p.quiet || scene.doc.exit(node.id, p.id));
  const wired = ports.filter((p) => scene.doc.exit(node.id, p.id)).length;
  const parts = [scene.kind(node)?.label ?? node.kind];
  if (node.title) parts.push(node.title);
  if (scene.face(node).summary) parts.push(scene.face(node).summary);
  if (ports.length > 0) parts.push(say("canvas.spoken.exits", { wired, n: ports.length }));
  const problems = scene.issues.filter((i) => i.node === node.id).length;
  if (problems > 0) parts.push(counted(say, "canvas.spoken.problems", problems));
  return parts.join(say("canvas.spoken.comma"));
}
