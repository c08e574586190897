// Short messages: from other scripts, from the server, from the page before.
import { t, toast, type Toast } from "../page";
import { $, $$, onClick } from "./dom";

const region = $("#toasts"); // kept, because htmx may take away the dialog it stands in

/** How long a toast stays: long enough to be read, longer while it is looked at, and a bad one until it is closed. */
const stay = (text: string) => 4000 + 60 * text.length;

function showToast({ kind = "info", text }: Toast): void {
  const mould = region && $<HTMLTemplateElement>(`template[data-kind="${kind}"]`, region);
  if (!mould || !text) return;
  const box = (mould.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  $("span", box)!.textContent = text;
  for (const old of $$(".toast", region).slice(0, -2)) drop(old);
  region.append(box);
  raise();
  if (kind === "bad") return;
  let left = setTimeout(() => drop(box), stay(text));
  box.addEventListener("pointerenter", () => clearTimeout(left));
  box.addEventListener("pointerleave", () => (left = setTimeout(() => drop(box), 1500)));
}

/** Puts the toasts above whatever dialog was opened last. A modal dialog makes all outside it dead, so they move into it. */
function raise(): void {
  if (!region || !$(".toast", region)) return;
  const home = $$<HTMLDialogElement>("dialog:modal").at(-1) ?? document.body;
  if (region.parentElement !== home) home.append(region);
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
}

function drop(box: Element): void {
  box.classList.add("going");
  setTimeout(() => box.remove(), 220);
}

// A closed dialog gives back the toasts that stand in it.
document.addEventListener("close", raise, true);
onClick("toast-close", (el) => drop(el.closest(".toast")!));
document.addEventListener("toast", (e) => showToast((e as CustomEvent<Toast>).detail));

/** What the page before wanted to say. */
export function flash(): void {
  const kept = document.cookie.match(/(?:^|; )foyer_toast=([^;]+)/)?.[1];
  if (!kept) return;
  document.cookie = "foyer_toast=; path=/; max-age=0";
  try { showToast(JSON.parse(decodeURIComponent(kept))); } catch { /* another's cookie: nothing to say */ }
}

document.addEventListener("htmx:responseError", (e) => {
  const xhr = (e as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
  if (!/"toast"/.test(xhr.getResponseHeader("HX-Trigger") ?? "")) toast(sentence(xhr.responseText) ?? t("kit.script.requestFailed"), "bad");
});
document.addEventListener("htmx:sendError", () => toast(t("kit.script.noNetwork"), "bad"));

/** The message of a JSON error, when the answer is one. */
function sentence(body: string): string | undefined {
  try { return JSON.parse(body).error.message; } catch { return undefined; }
}
