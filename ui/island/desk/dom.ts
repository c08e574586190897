// Small tools of the desk.

export { h } from "../chat/h";
export { t, icon, toast, typing, duration as clock } from "../page";

/** must finds an element that the page is known to have. */
export function must<E extends HTMLElement>(id: string): E {
  const el = document.getElementById(id);
  if (!el) throw new Error(`the page has no #${id}`);
  return el as E;
}
