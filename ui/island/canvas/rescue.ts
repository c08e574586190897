// Rescue brings work back that did not reach the server, and settles it when somebody else has changed the draft.
// Nothing is thrown away: whichever draft is chosen, one undo brings the other.
import { lang, toast } from "../page";
import type { Editor } from "./editor";
import type { Journal } from "./journal";
import { same, type Sync, type Theirs } from "./sync";
import type { Graph } from "./types";

export class Rescue {
  private readonly card = document.querySelector<HTMLDialogElement>("#clash")!;

  constructor(
    private readonly editor: Editor,
    private readonly journal: Journal,
  ) {
    this.card.addEventListener("cancel", (e) => e.preventDefault()); // Escape decides nothing
  }

  // recover looks for unsaved work when the page opens.
  recover(rev: number, server: Graph, sync: Sync): void {
    const found = this.journal.newest();
    if (!found) return;
    if (same(found.graph, server)) return this.journal.clear();
    if (found.rev !== rev) sync.hold(found.rev);
    this.editor.replace(found.graph, this.editor.say("canvas.rescue.label"));
    if (found.rev === rev) return toast(this.editor.say("canvas.rescue.done"));
    const { by, at } = this.card.dataset;
    this.clash({ rev, graph: server, by: by ?? "", at: at ?? "" }, sync);
  }

  // clash lets the admin choose between their own draft, which is on the canvas, and the one on the server.
  clash(theirs: Theirs, sync: Sync): void {
    sync.hold();
    const { say } = this.editor;
    const when = theirs.at ? new Date(theirs.at).toLocaleString(lang) : "";
    this.put("[data-who]", say("canvas.clash.who", { name: theirs.by || say("canvas.clash.someone"), time: when }));
    this.put("[data-what]", this.difference(theirs.graph));
    const choose = (selector: string, act: () => void) => {
      this.card.querySelector<HTMLButtonElement>(selector)!.onclick = () => {
        this.card.close();
        act();
      };
    };
    choose("[data-theirs]", () => {
      this.editor.replace(theirs.graph, say("canvas.clash.label"));
      sync.adopt(theirs.rev, false);
    });
    choose("[data-mine]", () => {
      const mine = this.editor.doc.toJSON();
      this.editor.replace(theirs.graph, say("canvas.clash.label"));
      this.editor.replace(mine, say("canvas.clash.label"));
      sync.adopt(theirs.rev, true);
    });
    if (!this.card.open) this.card.showModal();
  }

  // difference names the nodes that are not alike.
  private difference(theirs: Graph): string {
    const { doc, scene, say } = this.editor;
    const other = new Map(theirs.nodes.map((n) => [n.id, n]));
    const names = new Set<string>();
    for (const n of doc.nodes.values()) {
      const o = other.get(n.id);
      if (!o || !same(one(n), one(o))) names.add(scene.name(n));
    }
    for (const n of theirs.nodes) if (!doc.nodes.has(n.id)) names.add(n.title || (scene.kind(n)?.label ?? n.kind));
    if (JSON.stringify(theirs.vars ?? []) !== JSON.stringify(doc.vars)) names.add(say("canvas.vars"));
    const list = [...names].slice(0, 6).join(say("canvas.list.comma"));
    return names.size === 0 ? say("canvas.clash.edges") : say("canvas.clash.nodes", { names: list });
  }

  private put(selector: string, words: string): void {
    this.card.querySelector(selector)!.textContent = words;
  }
}

const one = (n: Graph["nodes"][number]): Graph => ({ spec: 1, nodes: [n], edges: [] });
