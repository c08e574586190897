// The emoji picker: a popover of buttons, the arrows move within it.

import { t, icon } from "../page";
import { h } from "./h";

const GROUPS: [string, string][] = [
  ["faces", "😀 😄 😊 🙂 😉 😍 🥰 😘 😋 😎 🤗 🤔 😐 😴 😅 😂 🤣 😢 😭 😤 😡 😱 😰 😳 🙄 😬 🤒 🤝 🥳 🤩"],
  ["hands", "👍 👎 👌 ✌️ 🤞 👋 🙏 👏 💪 🙌 ☝️ 👉 👈 👇 ✋"],
  ["things", "❤️ 💔 🌹 🎉 🎁 ✨ ⭐ 🔥 ☀️ 🌧️ ☕ 🍚 🍎 📷 📱 💻 📦 🚚 🏠 🚗 ✈️ 💰 🧾 🔧 📅 ⏰ ✅ ❌ ❓ ❗"],
];

const KEPT = "foyer.emoji";
const MOST = 9;

/** alone tells whether a text is one to three emoji and nothing else: such a message is drawn large. */
export function alone(text: string): boolean {
  const parts = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text.trim())];
  return parts.length >= 1 && parts.length <= 3 && parts.every((p) => /^(\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\u{FE0F}?\u{20E3})/u.test(p.segment));
}

/** picker makes the button that opens it and the popover; pick is called with each emoji chosen. */
export function picker(id: string, pick: (emoji: string) => void): [HTMLButtonElement, HTMLElement] {
  const pop = h("div", { class: "emoji", id, popover: "auto", role: "dialog", "aria-label": t("chat.emoji") });
  const button = h(
    "button",
    { type: "button", class: "btn btn-quiet icon-btn", "aria-label": t("chat.emoji"), "data-tip": t("chat.emoji"), popovertarget: id, "aria-haspopup": "dialog" },
    icon("smile"),
  );
  const choose = (e: string) => {
    keep(e);
    pop.hidePopover();
    pick(e);
  };
  pop.addEventListener("beforetoggle", (e) => (e as ToggleEvent).newState === "open" && (fill(pop, choose), place(pop, button)));
  pop.addEventListener("toggle", (e) => (e as ToggleEvent).newState === "open" && pop.querySelector("button")?.focus());
  pop.addEventListener("keydown", (e) => move(pop, e));
  return [button, pop];
}

function fill(pop: HTMLElement, choose: (e: string) => void): void {
  const kept = recent();
  const groups: [string, string[]][] = GROUPS.map(([name, all]) => [name, all.split(" ")]);
  if (kept.length) groups.unshift(["recent", kept]);
  pop.replaceChildren(
    ...groups.map(([name, all]) =>
      h(
        "section",
        {},
        h("h3", { class: "meta" }, t(`chat.emoji.${name}`)),
        h("div", { class: "emoji-grid" }, ...all.map((e) => h("button", { type: "button", tabindex: "-1", onclick: () => choose(e) }, e))),
      ),
    ),
  );
}

/** place puts the popover above its button, within the window. */
function place(pop: HTMLElement, button: HTMLElement): void {
  const r = button.getBoundingClientRect(), width = Math.min(320, innerWidth - 16);
  pop.style.width = `${width}px`;
  pop.style.left = `${Math.max(8, Math.min(r.left, innerWidth - width - 8))}px`;
  pop.style.bottom = `${innerHeight - r.top + 8}px`;
  pop.style.maxHeight = `${Math.min(320, r.top - 16)}px`;
}

function move(pop: HTMLElement, e: KeyboardEvent): void {
  const all = [...pop.querySelectorAll("button")], at = all.indexOf(document.activeElement as HTMLButtonElement);
  if (e.key === "Enter" || e.key === " ") {
    e.preventDefault(); // or the same key would be typed into the field that gets the focus
    return all[at]?.click();
  }
  const row = Math.max(1, Math.floor((all[0]?.parentElement?.clientWidth ?? 1) / (all[0]?.offsetWidth ?? 1)));
  const step = ({ ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row } as Record<string, number>)[e.key];
  if (!step) return;
  e.preventDefault();
  all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
}

function recent(): string[] {
  try {
    return (localStorage.getItem(KEPT) ?? "").split(" ").filter(Boolean).slice(0, MOST);
  } catch {
    return []; // a browser that keeps nothing
  }
}

function keep(e: string): void {
  try {
    localStorage.setItem(KEPT, [e, ...recent().filter((x) => x !== e)].slice(0, MOST).join(" "));
  } catch {
    // then not
  }
}
