// The behaviour of the kit's components. Almost everything listens on the document, so that what htmx brings in works
// without being told.
import { lang, t, toast, type Toast } from "./page";

const root = document.documentElement;
const $ = <E extends Element = HTMLElement>(q: string, in_: ParentNode = document) => in_.querySelector<E>(q);
const $$ = <E extends Element = HTMLElement>(q: string, in_: ParentNode = document) => [...in_.querySelectorAll<E>(q)];
const near = (e: Event, q: string) => (e.target instanceof Element ? e.target.closest<HTMLElement>(q) : null);
const cookie = (name: string, value: string, age: number) =>
  void (document.cookie = `${name}=${value}; path=/; max-age=${age}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`);

// --- toasts ---------------------------------------------------------------------------------------------------------

/** How long a toast stays: long enough to be read, longer while it is looked at, and a bad one until it is closed. */
const stay = (text: string) => 4000 + 60 * text.length;

function showToast({ kind = "info", text }: Toast): void {
  const region = $("#toasts"), mould = $<HTMLTemplateElement>(`template[data-kind="${kind}"]`, region ?? document);
  if (!region || !mould || !text) return;
  const box = (mould.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  $("span", box)!.textContent = text;
  for (const old of $$(".toast", region).slice(0, -2)) drop(old);
  region.append(box);
  raise(region);
  if (kind === "bad") return;
  let left = setTimeout(() => drop(box), stay(text));
  box.addEventListener("pointerenter", () => clearTimeout(left));
  box.addEventListener("pointerleave", () => (left = setTimeout(() => drop(box), 1500)));
}

/** Puts the toasts above whatever dialog was opened last. A modal dialog makes all outside it dead, so they move into it. */
function raise(region: HTMLElement): void {
  const home = $$<HTMLDialogElement>("dialog:modal").at(-1) ?? document.body;
  if (region.parentElement !== home) home.append(region);
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
}

function drop(box: Element): void {
  box.classList.add("going");
  setTimeout(() => box.remove(), 220);
}

document.addEventListener("toast", (e) => showToast((e as CustomEvent<Toast>).detail));

/** What the page before wanted to say. */
function flash(): void {
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

// --- dialogs --------------------------------------------------------------------------------------------------------

function openDialog(d: Element | null): void {
  if (d instanceof HTMLDialogElement && !d.open) d.showModal();
}

function closeDialog(d: HTMLDialogElement | null | undefined): void {
  const region = $("#toasts");
  if (region && d?.contains(region)) document.body.append(region);
  d?.close();
}

/** Opens what came to be open, once: a closed one stays closed when something beside it changes. */
function opened(within: ParentNode): void {
  for (const d of $$("dialog[data-open]", within)) { d.removeAttribute("data-open"); openDialog(d); }
}

document.addEventListener("dialog-close", () => $$<HTMLDialogElement>("dialog[open]").forEach(closeDialog));
document.addEventListener("pointerdown", (e) => {
  if (e.target instanceof HTMLDialogElement && e.target.open && !("keep" in e.target.dataset) && beside(e, e.target)) closeDialog(e.target);
});

function beside(e: PointerEvent, d: HTMLDialogElement): boolean {
  const r = d.getBoundingClientRect();
  return e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom;
}

// --- clicks ---------------------------------------------------------------------------------------------------------

document.addEventListener("click", (e) => {
  if (near(e, '[aria-disabled="true"]')) { e.preventDefault(); e.stopPropagation(); return; }
  const hit = (name: string) => near(e, `[data-${name}]`);
  let el: HTMLElement | null;
  if ((el = hit("dialog-open"))) openDialog(document.getElementById(el.dataset.dialogOpen!));
  if ((el = hit("dialog-close"))) closeDialog(el.closest("dialog"));
  if ((el = hit("toast-close"))) drop(el.closest(".toast")!);
  if ((el = hit("copy"))) void copy(el);
  if ((el = hit("theme-set"))) setTheme(el);
  if ((el = hit("reveal"))) reveal(el);
  if ((el = near(e, ".menu .menu-item")) && !near(e, "form")) el.closest<HTMLElement>(".menu")!.hidePopover();
}, true);

async function copy(button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(button.dataset.copy!);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1600);
    toast(t("kit.script.copied"), "good");
  } catch {
    toast(t("kit.script.copyFailed"), "bad");
  }
}

function setTheme(item: HTMLElement): void {
  root.dataset.theme = item.dataset.themeSet!;
  cookie("foyer_theme", item.dataset.themeSet!, 31536000);
  for (const other of $$("[data-theme-set]")) other.setAttribute("aria-checked", String(other.dataset.themeSet === root.dataset.theme));
}

function reveal(button: HTMLElement): void {
  const field = document.getElementById(button.dataset.reveal!) as HTMLInputElement;
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  const use = $<SVGUseElement>("use", button)!;
  use.setAttribute("href", use.getAttribute("href")!.replace(/#.*/, shown ? "#eye-off" : "#eye"));
}

// --- menus ----------------------------------------------------------------------------------------------------------

const opener = (menu: Element) => $(`[popovertarget="${menu.id}"]`);
const items = (menu: Element) => $$(".menu-item", menu);

/** Puts a floating box under its anchor, or above when there is no room, and inside the window always. */
function place(box: HTMLElement, anchor: Element, gap: number, middle = false): void {
  const a = anchor.getBoundingClientRect(), b = box.getBoundingClientRect(), w = root.clientWidth, h = innerHeight;
  const want = middle ? a.left + a.width / 2 - b.width / 2 : a.left + b.width > w - 8 ? a.right - b.width : a.left;
  const under = a.bottom + gap + b.height <= h - 8 || a.top < h - a.bottom;
  box.style.left = `${Math.max(8, Math.min(want, w - b.width - 8))}px`;
  box.style.top = `${Math.max(8, under ? a.bottom + gap : a.top - gap - b.height)}px`;
}

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
  const menu = near(e, '[role="menu"]'), tabs = near(e, '[role="tablist"]'), button = near(e, '[aria-haspopup="menu"]');
  if (menu) menuKey(e, menu);
  else if (tabs) tabKey(e, tabs);
  else if (button && e.key === "ArrowDown") { e.preventDefault(); document.getElementById(button.getAttribute("popovertarget")!)?.showPopover(); }
  if (e.key === "Escape") hideTip();
});

function menuKey(e: KeyboardEvent, menu: HTMLElement): void {
  const all = items(menu), at = all.indexOf(document.activeElement as HTMLElement);
  const to = step(e.key, at, all.length, "ArrowUp", "ArrowDown") ?? letter(e, all, at);
  if (to !== undefined) { e.preventDefault(); all[to]?.focus(); }
  if (e.key === "Tab") menu.hidePopover();
  if (e.key === "Escape") opener(menu)?.focus();
}

/** Where an arrow, Home or End leads in a ring of n things. */
function step(key: string, at: number, n: number, back: string, on: string): number | undefined {
  return { [back]: (at - 1 + n) % n, [on]: (at + 1) % n, Home: 0, End: n - 1 }[key];
}

/** The next item that begins with the typed letter. */
function letter(e: KeyboardEvent, all: HTMLElement[], at: number): number | undefined {
  if (e.key.length !== 1 || e.key === " " || e.ctrlKey || e.metaKey || e.altKey) return undefined;
  const from = at + 1, to = all.findIndex((_, i) => all[(i + from) % all.length].textContent!.trim().toLowerCase().startsWith(e.key.toLowerCase()));
  return to < 0 ? undefined : (to + from) % all.length;
}

// --- tabs -----------------------------------------------------------------------------------------------------------

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

// --- tips -----------------------------------------------------------------------------------------------------------

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

function hideTip(): void {
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
document.addEventListener("focusin", (e) => { const el = near(e, "[data-tip]"); if (el?.matches(":focus-visible")) { hideTip(); showTip(el); } });
document.addEventListener("focusout", hideTip);
document.addEventListener("pointerdown", hideTip, true);
document.addEventListener("scroll", hideTip, { capture: true, passive: true });

// --- forms ----------------------------------------------------------------------------------------------------------

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

// --- times ----------------------------------------------------------------------------------------------------------

/** A unit, its seconds, and up to how many it is used: as kit.Relative has it. */
const spans: [string, number, number][] = [["minutes", 60, 3570], ["hours", 3600, 84600], ["days", 86400, 604800]];
const exact = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "medium" });

function since(at: Date, now: number): string {
  const s = (at.getTime() - now) / 1000, size = Math.abs(s);
  if (size < 45) return t("kit.time.now");
  for (const [unit, seconds, upTo] of spans) {
    const n = Math.max(1, Math.round(size / seconds));
    if (size < upTo) return t(`kit.time.${unit}.${s < 0 ? "ago" : "ahead"}${n === 1 ? ".one" : ""}`, { n });
  }
  const year = at.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(lang, { year, month: "short", day: "numeric" }).format(at);
}

function freshen(within: ParentNode = document): void {
  for (const el of $$<HTMLTimeElement>("time[data-relative]", within)) {
    const at = new Date(el.dateTime), words = since(at, Date.now());
    if (el.textContent !== words) el.textContent = words;
    el.title = exact.format(at);
  }
}

/** The ring that empties until a moment; it counts in whole seconds and speaks only by its label. */
class Countdown extends HTMLElement {
  #tick = 0;
  connectedCallback(): void { this.#draw(); }
  disconnectedCallback(): void { clearTimeout(this.#tick); }
  #draw(): void {
    const ms = Math.max(0, Date.parse(this.getAttribute("until")!) - Date.now()), left = Math.ceil(ms / 1000);
    const total = Number(this.getAttribute("total")) || 1, words = this.querySelector("span"), ring = this.querySelector(".left");
    if (!words || !ring) return;
    words.textContent = String(left);
    ring.setAttribute("stroke-dashoffset", String(100 - Math.min(100, ((left - 1) / total) * 100)));
    this.classList.toggle("last", left <= 5);
    if (ms > 0) this.#tick = setTimeout(() => this.#draw(), ms % 1000 || 1000);
    else this.dispatchEvent(new CustomEvent("elapsed", { bubbles: true }));
  }
}
customElements.define("kit-countdown", Countdown);

// --- the page -------------------------------------------------------------------------------------------------------

/** What newly came onto the page, at the start or by htmx. */
function arrived(within: ParentNode): void {
  freshen(within);
  opened(within);
  const first = $("[data-focus]", within);
  first?.removeAttribute("data-focus");
  first?.focus();
}

function online(): void { root.toggleAttribute("data-offline", !navigator.onLine); }

addEventListener("online", online);
addEventListener("offline", online);
document.addEventListener("htmx:load", (e) => arrived((e as CustomEvent<{ elt: HTMLElement }>).detail.elt.parentElement ?? document));
setInterval(freshen, 20_000);
online();
arrived(document);
flash();
