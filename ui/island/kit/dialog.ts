// Native dialogs: opened and closed by attribute, by the server and by a click beside them.
import { $$, onClick } from "./dom";

function openDialog(d: Element | null): void {
  if (d instanceof HTMLDialogElement && !d.open) d.showModal();
}

/** Opens what came to be open, once: a closed one stays closed when something beside it changes. */
export function opened(within: ParentNode): void {
  for (const d of $$("dialog[data-open]", within)) { d.removeAttribute("data-open"); openDialog(d); }
}

onClick("dialog-open", (_, id) => openDialog(document.getElementById(id)));
onClick("dialog-close", (el) => el.closest("dialog")?.close());
document.addEventListener("dialog-close", () => $$<HTMLDialogElement>("dialog[open]").forEach((d) => d.close()));
document.addEventListener("pointerdown", (e) => {
  if (e.target instanceof HTMLDialogElement && e.target.open && !("keep" in e.target.dataset) && beside(e, e.target)) e.target.close();
});

function beside(e: PointerEvent, d: HTMLDialogElement): boolean {
  const r = d.getBoundingClientRect();
  return e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom;
}
