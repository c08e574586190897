// The choice of one from a list: of what the kind offers, a skill group, another flow, or a declared variable.
import type { Control, Host } from "./fields";

interface Line {
  id: string;
  name: string;
}

const NEW = "+"; // no variable can be called so

export function chooser(slot: HTMLElement, host: Host): Control {
  const select = slot.querySelector("select")!;
  const { say } = host.editor;
  const types = (slot.dataset.types ?? "").split(" ").filter(Boolean);
  let chosen = "";
  const offered = (): Line[] | undefined => {
    switch (slot.dataset.type) {
      case "group":
        return missing(host.known.groups, chosen, say("canvas.form.groupGone"));
      case "flow":
        return missing(host.known.flows, chosen, say("canvas.form.flowGone"));
      case "variable":
        return variables();
    }
    return undefined;
  };
  const variables = (): Line[] => {
    const fit = host.editor.doc.vars.filter((v) => types.length === 0 || types.includes(v.type));
    const list = fit.map((v) => ({ id: v.name, name: `${v.name} · ${say(`canvas.type.${v.type}`)}` }));
    const line = { id: NEW, name: say("canvas.form.newVariable") };
    return [...missing(list, chosen, say("canvas.form.variableGone", { name: chosen })), ...(host.editor.readonly ? [] : [line])];
  };
  const show = () => {
    const lines = offered();
    if (lines) stock(select, lines);
    select.value = chosen;
  };
  select.addEventListener("change", () => {
    if (select.value === NEW) {
      select.value = chosen;
      return host.known.newVariable(types, (name) => {
        chosen = name;
        show();
        host.changed();
      });
    }
    chosen = select.value;
    host.changed();
  });
  return {
    input: select,
    read: () => (chosen === "" && host.fresh === undefined ? undefined : chosen),
    fill: (value) => {
      chosen = typeof value === "string" ? value : "";
      show();
    },
    focus: () => select.focus(),
  };
}

// missing adds what was chosen and is not there any more, so that it is seen.
function missing(list: Line[], chosen: string, name: string): Line[] {
  return chosen === "" || list.some((l) => l.id === chosen) ? list : [...list, { id: chosen, name }];
}

// stock puts lines below the first one, unless they are there already: an open list must not close.
function stock(select: HTMLSelectElement, lines: Line[]): void {
  const shown = [...select.options].slice(1).map((o) => `${o.value} ${o.text}`);
  if (shown.join("\n") === lines.map((l) => `${l.id} ${l.name}`).join("\n")) return;
  select.replaceChildren(select.options[0], ...lines.map((l) => new Option(l.name, l.id)));
}
