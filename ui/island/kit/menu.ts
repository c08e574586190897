// Menus: where they stand and how the keyboard walks them.
import { $, $$, near } from "./dom";
import { place } from "./place";
import { hideTip } from "./tip";

const opener = (menu: Element) => $(`[popovertarget="${menu.id}"]`);
const items = (menu: Element) => $$(".menu-item", menu);

document.addEventListener("toggle", (e) => {
  const menu = e.target as HTMLElement, button = menu.matches?.("[popover]") && opener(menu);
  if (!button) return;
  const open = (e as ToggleEvent).newState === "open";
  if (button.hasAttribute("aria-expanded")) button.setAttribute("aria-expanded", String(open));
  if (!open || !menu.matches(".menu")) return;
  hideTip();
  place(menu, button, 4);
  if (menu.getAttribute("role") === "menu") ($('[aria-checked="true"]', menu) ?? items(menu)[0])?.focus({ preventScroll: true });
}, true);

document.addEventListener("keydown", (e) => {
  const menu = near(e, '[role="menu"]'), button = near(e, '[aria-haspopup="menu"]');
  if (menu) menuKey(e, menu);
  else if (button && e.key === "ArrowDown") { e.preventDefault(); document.getElementById(button.getAttribute("popovertarget")!)?.showPopover(); }
});

function menuKey(e: KeyboardEvent, menu: HTMLElement): void {
  const all = items(menu), at = all.indexOf(document.activeElement as HTMLElement);
  const to = step(e.key, at, all.length, "ArrowUp", "ArrowDown") ?? letter(e, all, at);
  if (to !== undefined) { e.preventDefault(); all[to]?.focus(); }
  if (e.key === "Tab") menu.hidePopover();
  if (e.key === "Escape") opener(menu)?.focus();
}

/** Where an arrow, Home or End leads in a ring of n things. */
export function step(key: string, at: number, n: number, back: string, on: string): number | undefined {
  return { [back]: (at - 1 + n) % n, [on]: (at + 1) % n, Home: 0, End: n - 1 }[key];
}

/** The next item that begins with the typed letter. */
function letter(e: KeyboardEvent, all: HTMLElement[], at: number): number | undefined {
  if (e.key.length !== 1 || e.key === " " || e.ctrlKey || e.metaKey || e.altKey) return undefined;
  const from = at + 1, to = all.findIndex((_, i) => all[(i + from) % all.length].textContent!.trim().toLowerCase().startsWith(e.key.toLowerCase()));
  return to < 0 ? undefined : (to + from) % all.length;
}

document.addEventListener("click", (e) => {
  const item = near(e, ".menu .menu-item");
  if (item && !item.closest("form")) item.closest<HTMLElement>(".menu")!.hidePopover();
});
