// Finding the parts of the page that the server drew, and putting one screen before the others.

/** one finds the element with a data attribute; a missing one is a fault of the page. */
export function one<E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E {
  const el = within.querySelector<E>(selector);
  if (!el) throw new Error(`the page has no ${selector}`);
  return el;
}

/** draw points an icon to a Lucide name. */
export function draw(use: Element, name: string): void {
  use.setAttribute("href", `${one<HTMLMetaElement>('meta[name="icons"]').content}#${name}`);
}

export type Screen = "menu" | "check" | "wait" | "talk" | "end";

/** show puts a screen before the others and tells it to screen readers by moving the focus to its heading. */
export function show(name: Screen): void {
  const root = one("#caller");
  const el = one(`[data-show="${name}"]`);
  if (!el.hidden) return;
  for (const s of root.querySelectorAll<HTMLElement>("[data-show]")) s.hidden = s !== el;
  root.dataset.screen = name;
  document.getElementById(el.getAttribute("aria-labelledby") ?? "")?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** busy turns a ring on a button while f runs. */
export async function busy(button: HTMLButtonElement | null, f: () => Promise<void>): Promise<void> {
  button?.setAttribute("aria-busy", "true");
  if (button) button.disabled = true;
  try {
    await f();
  } finally {
    button?.removeAttribute("aria-busy");
    if (button) button.disabled = false;
  }
}

const HUES = 8;

/** face draws somebody's initials, as the kit's Avatar does. */
export function face(el: HTMLElement, name: string, id: string): void {
  const letters = [...name.replace(/[^\p{L}\p{N} ]/gu, "")];
  const han = /\p{Script=Han}/u.test(letters.at(-1) ?? "");
  const words = name.trim().split(/\s+/);
  el.textContent = han
    ? letters.slice(letters.length === 2 ? 1 : -2).join("")
    : words.length > 1
      ? `${words[0][0]}${words.at(-1)![0]}`.toUpperCase()
      : (letters[0] ?? "?").toUpperCase();
  el.className = `${el.className.replace(/ ?hue-\d/, "")} hue-${hash(id || name) % HUES}`;
}

/** hash is FNV-1a over UTF-8, so that a person has the same colour everywhere. */
function hash(s: string): number {
  let h = 0x811c9dc5;
  for (const b of new TextEncoder().encode(s)) h = Math.imul(h ^ b, 0x01000193) >>> 0;
  return h;
}

/** fault says a sentence where it belongs, or with "" takes it away. */
export function fault(where: string, sentence: string): void {
  const el = one(where);
  el.textContent = sentence;
  el.hidden = !sentence;
}
