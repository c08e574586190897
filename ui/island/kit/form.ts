// Forms: unsaved changes, sending on change, passwords that can be read.
import { $, $$, near, onClick } from "./dom";

const dirty = () => $$<HTMLFormElement>("form[data-dirty]");

document.addEventListener("input", (e) => {
  const form = near(e, "form[data-dirty-guard]");
  if (form) form.dataset.dirty = "";
});
document.addEventListener("change", (e) => near(e, "[data-submit]")?.closest("form")?.requestSubmit());
document.addEventListener("reset", (e) => delete (e.target as HTMLElement).dataset.dirty);
document.addEventListener("submit", (e) => { if (!e.defaultPrevented) delete (e.target as HTMLElement).dataset.dirty; });
document.addEventListener("htmx:afterRequest", (e) => {
  const { elt, successful } = (e as CustomEvent<{ elt: HTMLElement; successful: boolean }>).detail;
  if (successful && elt.matches("form")) delete elt.dataset.dirty;
});
addEventListener("beforeunload", (e) => { if (dirty().length) e.preventDefault(); });

// A form that came back with faults leads to the first of them.
document.addEventListener("htmx:afterSettle", (e) => {
  const { xhr } = (e as CustomEvent<{ xhr?: XMLHttpRequest }>).detail;
  if (xhr?.status === 422) $<HTMLElement>(":is(dialog[open], main) [aria-invalid=true]")?.focus();
});

onClick("reveal", reveal);

function reveal(button: HTMLElement): void {
  const field = document.getElementById(button.dataset.reveal!) as HTMLInputElement;
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  const use = $<SVGUseElement>("use", button)!;
  use.setAttribute("href", use.getAttribute("href")!.replace(/#.*/, shown ? "#eye-off" : "#eye"));
}
