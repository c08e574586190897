// The line of problems below the canvas: how many, the first one, and on request all of them. Each leads to its place.
import { icon } from "../page";
import { el } from "./dom";
import type { Editor } from "./editor";
import { counted, type Issue } from "./types";

const ICONS = { error: "circle-alert", warning: "triangle-alert", good: "circle-check" };

export class Problems {
  private readonly list: HTMLElement;
  private readonly head: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly counts: HTMLElement,
    private readonly editor: Editor,
    private readonly go: (i: Issue) => void,
  ) {
    this.list = root.querySelector("ul")!;
    this.head = root.querySelector("[data-summary]")!;
    for (const e of [this.head, counts]) e.addEventListener("click", () => this.open(!root.classList.contains("open")));
    editor.scene.listen(() => this.show());
    this.show();
  }

  open(yes: boolean): void {
    this.root.classList.toggle("open", yes && this.editor.scene.issues.length > 0);
    this.fill(this.sorted());
    for (const e of [this.head, this.counts]) e.setAttribute("aria-expanded", String(this.root.classList.contains("open")));
  }

  private show(): void {
    const { say } = this.editor;
    const issues = this.sorted();
    const errors = issues.filter((i) => i.level === "error").length;
    const level = errors > 0 ? "error" : issues.length > 0 ? "warning" : "good";
    const words = errors > 0 ? counted(say, "canvas.problems.errors", errors) : issues.length > 0 ? counted(say, "canvas.problems.warnings", issues.length) : say("canvas.problems.none");
    this.root.dataset.level = level;
    this.head.replaceChildren(icon(ICONS[level]), el("span", {}, words));
    this.counts.dataset.level = level;
    this.counts.hidden = issues.length === 0;
    this.counts.replaceChildren(icon(ICONS[level]), el("span", {}, String(errors || issues.length)));
    this.counts.setAttribute("aria-label", words);
    if (issues.length === 0) this.open(false);
    else this.fill(issues);
  }

  // fill lists the problems while the list is open; a large flow has thousands.
  private fill(issues: Issue[]): void {
    const shown = this.root.classList.contains("open") ? issues : [];
    this.list.replaceChildren(...shown.map((i) => this.line(i)));
  }

  // sorted puts errors first, then follows the flow as it is read.
  private sorted(): Issue[] {
    const place = new Map(this.editor.scene.order().map((n, i) => [n.id, i]));
    const of = (i: Issue) => place.get(i.node ?? this.editor.doc.edges.get(i.edge ?? "")?.from ?? "") ?? -1;
    return [...this.editor.scene.issues].sort((a, b) => Number(b.level === "error") - Number(a.level === "error") || of(a) - of(b));
  }

  private line(i: Issue): HTMLElement {
    const button = el("button", { type: "button", class: `fq-line fq-${i.level}` }, icon(ICONS[i.level]), el("span", {}, i.text));
    if (i.node || i.edge || i.var) button.append(el("b", {}, this.editor.say("canvas.problems.go")));
    else button.disabled = true;
    button.addEventListener("click", () => this.go(i));
    return el("li", {}, button);
  }
}
