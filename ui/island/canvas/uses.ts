// Where a variable is used: the fields of a kind that hold names, and what renaming one makes of a node's config.
import type { Editor } from "./editor";
import type { Config, FlowNode } from "./types";

// Shape is what a field is to names: a name itself, an expression, a text with holes, or a list of such.
interface Shape {
  name: string;
  as: string; // variable, expression, holes or list
  item: Shape[];
}

// usedBy lists the nodes that use a variable.
export function usedBy(editor: Editor, name: string): FlowNode[] {
  return [...editor.doc.nodes.values()].filter((n) => renamed(n, name, `${name}$`) !== undefined);
}

// renamed is a node's config with another name for a variable; undefined when it does not use it.
export function renamed(node: FlowNode, name: string, to: string): Config | undefined {
  const config = rename(node.config ?? {}, shapes(node.kind), name, to);
  return JSON.stringify(config) === JSON.stringify(node.config ?? {}) ? undefined : config;
}

function rename(values: Config, all: Shape[], name: string, to: string): Config {
  const now = { ...values };
  for (const shape of all) {
    const value = now[shape.name];
    if (Array.isArray(value)) now[shape.name] = value.map((v) => rename(v as Config, shape.item, name, to));
    if (typeof value !== "string") continue;
    if (shape.as === "variable") now[shape.name] = value === name ? to : value;
    if (shape.as === "expression") now[shape.name] = inExpression(value, name, to);
    if (shape.as === "holes") now[shape.name] = value.replace(/\$\{[^}]*\}/g, (hole) => inExpression(hole, name, to));
  }
  return now;
}

// inExpression leaves alone what stands in quotes and what hangs on another name.
function inExpression(text: string, name: string, to: string): string {
  const word = new RegExp(`(?<![\\w.$])${name.replace(/[^\w]/g, "\\$&")}(?!\\w)`, "g");
  const parts = text.split(/("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)/);
  return parts.map((part, i) => (i % 2 === 1 ? part : part.replace(word, () => to))).join("");
}

// shapes reads them from the form of a kind.
function shapes(kind: string): Shape[] {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-form="${CSS.escape(kind)}"]`);
  return template ? within(template.content) : [];
}

function within(form: ParentNode): Shape[] {
  return [...form.querySelectorAll<HTMLElement>("[data-slot]")].flatMap((slot) => {
    const { slot: name, type, complete } = slot.dataset;
    if (type === "list") return [{ name: name!, as: "list", item: within(slot.querySelector("template")!.content) }];
    const as = type === "variable" ? type : complete;
    return as ? [{ name: name!, as, item: [] }] : [];
  });
}
