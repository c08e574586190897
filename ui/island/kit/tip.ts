// Tips: the words of data-tip beside what is hovered or has the focus.
import { near } from "./dom";
import { place } from "./place";

let tip: HTMLElement | undefined, tipWait = 0;

function showTip(el: HTMLElement): void {
  if (!tip) {
    tip = Object.assign(document.createElement("div"), { className: "tip", popover: "manual" });
    tip.setAttribute("aria-hidden", "true"); // what has a tip has the same words as its name or description
  }
  if (!el.isConnected || el.getAttribute("aria-expanded") === "true") return;
  (el.closest("dialog") ?? document.body).append(tip);
  tip.textContent = el.dataset.tip!;
  tip.showPopover();
  place(tip, el, 6, true);
}

export function hideTip(): void {
  clearTimeout(tipWait);
  if (tip?.matches(":popover-open")) tip.hidePopover();
}

document.addEventListener("pointerover", (e) => {
  const el = near(e, "[data-tip]");
  if (e.pointerType === "touch" || !el || el.contains(e.relatedTarget as Node)) return;
  hideTip();
  tipWait = setTimeout(() => showTip(el), 400);
});
document.addEventListener("pointerout", (e) => { if (near(e, "[data-tip]")) hideTip(); });
document.addEventListener("focusin", (e) => { const el = near(e, "[data-tip]"); if (el?.matches(":focus-visible")) { hideTip(); tipWait = setTimeout(() => showTip(el)); } }); // not at once: the focus may move because another popover opens
document.addEventListener("focusout", hideTip);
document.addEventListener("pointerdown", hideTip, true);
document.addEventListener("scroll", hideTip, { capture: true, passive: true });
document.addEventListener("keydown", (e) => { if (e.key === "Escape") hideTip(); });
