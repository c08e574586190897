// One way to make elements: no markup in strings, so nothing that was typed is ever read as markup.

type Child = Node | string | null | undefined | false;

/** h makes an element: attributes by name, listeners as "onclick" and the like, then children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Record<string, unknown> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") el.addEventListener(name.slice(2), value as EventListener);
    else el.setAttribute(name, value === true ? "" : String(value));
  }
  el.append(...children.filter((c): c is Node | string => !!c || c === ""));
  return el;
}
