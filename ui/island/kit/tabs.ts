// Tabs of panels on one page.
import { $$, near } from "./dom";
import { step } from "./menu";

document.addEventListener("keydown", (e) => {
  const list = near(e, '[role="tablist"]');
  if (list) tabKey(e, list);
});

function tabKey(e: KeyboardEvent, list: HTMLElement): void {
  const all = $$('[role="tab"]', list), to = step(e.key, all.indexOf(document.activeElement as HTMLElement), all.length, "ArrowLeft", "ArrowRight");
  if (to === undefined) return;
  e.preventDefault();
  all[to].focus();
  all[to].click();
}

document.addEventListener("click", (e) => {
  const tab = near(e, '[role="tab"]');
  for (const other of tab ? $$('[role="tab"]', tab.parentElement!) : []) {
    const on = other === tab, panel = document.getElementById(other.getAttribute("aria-controls")!);
    other.setAttribute("aria-selected", String(on));
    other.tabIndex = on ? 0 : -1;
    if (panel) panel.hidden = !on;
  }
});
