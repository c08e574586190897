// The page around the canvas: joins palette, panel, problems, saving, publishing and versions to one editor.
import { t, typing } from "../page";
import { Editor } from "./editor";
import type { FlowCanvas } from "./element";
import type { Known } from "./fields";
import { Form } from "./form";
import { Header } from "./header";
import { Inspector } from "./inspector";
import { Journal } from "./journal";
import { Palette } from "./palette";
import { Panel } from "./panel";
import { Problems } from "./problems";
import { Rescue } from "./rescue";
import { Sync } from "./sync";
import type { Graph, Inspection, Issue, Kind, Name, Say } from "./types";
import { Vars } from "./vars";

// What the server puts on the page.
interface PageData {
  id: string;
  rev: number;
  dirty: boolean; // the draft differs from the live version
  savedAt: string;
  live: number; // number of the live version, 0 when there is none
  readonly: boolean;
  graph: Graph;
  kinds: Kind[];
  names: Name[]; // that every flow has
  inspection: Inspection;
  urls: { draft: string; inspect: string; publish: string; secrets: string };
}

// start wires the page up.
export function start(canvas: FlowCanvas): void {
  const data = read<PageData>("canvas-data");
  const kinds = new Map(data.kinds.map((k) => [k.name, k]));
  const editor = new Editor(data.graph, kinds, t, data.readonly);
  const vars = new Vars(one("#vars"), editor, one("[data-vars]"));
  const known: Known = { groups: [], flows: [], names: data.names, secrets: data.urls.secrets, newVariable: (types, made) => vars.create(types, made) };
  const form = new Form(one("[data-form-root]"), editor, known);
  canvas.show(editor, { open: (id) => panel.open(id), help: () => showHelp() });
  const panel = new Panel(one("#panel"), editor, form);
  const go = (i: Issue) => (i.var === undefined ? reveal(editor, panel, i) : vars.open(i.var));
  const inspected = (i: Inspection) => {
    editor.scene.inspect(i.faces, i.issues);
    form.offer(i);
  };
  inspected(data.inspection);
  new Problems(one("#problems"), one("[data-problems]"), editor, go);
  document.addEventListener("click", (e) => followIssue(e, go));
  document.addEventListener("keydown", (e) => {
    if (e.key === "?" && !e.defaultPrevented && !typing(e) && !document.querySelector("dialog[open]")) showHelp();
  });
  if (data.readonly) return;
  new Inspector(data.urls.inspect, editor.doc, inspected);
  new Palette(one("#palette"), canvas, () => one("#palette").classList.remove("up"));
  saving(editor, data, t);
}

// saving joins autosave, the journal and the buttons of the header.
function saving(editor: Editor, data: PageData, say: Say): void {
  const journal = new Journal(data.id);
  const rescue = new Rescue(editor, journal);
  const sync = new Sync(data.urls.draft, data.rev, data.dirty, editor.doc, journal, (theirs) => rescue.clash(theirs, sync));
  const header = new Header(editor, sync, data, say);
  rescue.recover(data.rev, data.graph, sync);
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s" && !e.isComposing) {
      e.preventDefault();
      void header.save();
    }
    if (e.key === "/" && !typing(e)) {
      e.preventDefault();
      document.querySelector<HTMLElement>("#palette input")?.focus();
    }
  });
}

// reveal leads to the place of a problem.
function reveal(editor: Editor, panel: Panel, i: Issue): void {
  const { doc } = editor;
  if (i.node && doc.nodes.has(i.node)) {
    editor.reveal([i.node]);
    if (i.port && !i.field) editor.scene.fold(i.node, true);
    panel.open(i.node, i.field);
    return;
  }
  const edge = doc.edges.get(i.edge ?? "");
  if (!edge) return;
  editor.selection.only([edge.id]);
  editor.reveal([edge.from, edge.to]);
}

// followIssue is for the problems that the publish dialog lists.
function followIssue(e: Event, go: (i: Issue) => void): void {
  const link = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-goto]") : null;
  if (!link) return;
  link.closest("dialog")?.close();
  go(JSON.parse(link.dataset.goto!) as Issue);
}

function showHelp(): void {
  document.querySelector<HTMLDialogElement>("#keys")?.showModal();
}

function one<E extends HTMLElement>(selector: string): E {
  const e = document.querySelector<E>(selector);
  if (!e) throw new Error(`the page has no ${selector}`);
  return e;
}

function read<T>(id: string): T {
  return JSON.parse(one(`#${id}`).textContent!) as T;
}
