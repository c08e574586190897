// One message as it is drawn.

import { icon, lang, t } from "../page";
import { h } from "./h";
import { enlarge } from "./lightbox";
import type { Draft } from "./outbox";
import type { Message } from "./types";

const time = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

const WIDEST = 240; // CSS pixels of a picture in the chat
const HIGHEST = 280;

/** moment is the time of a message, with its day unless that is today. */
export function moment(at: string): string {
  const d = new Date(at);
  return (d.toDateString() === new Date().toDateString() ? time : day).format(d);
}

/** bubble draws what was said. */
export function bubble(m: Pick<Message, "kind" | "text">, picture: HTMLElement | null): HTMLElement {
  if (m.kind === "image") return h("div", { class: "bubble bubble-image" }, picture);
  return h("div", { class: m.kind === "emoji" ? "bubble bubble-emoji" : "bubble" }, ...linked(m.text ?? ""));
}

/** photo is a sent picture; stale is called once when its address has run out. */
export function photo(m: Message, stale: () => void): HTMLElement | null {
  const f = m.file;
  if (!f) return null;
  const img = h("img", { src: f.url, alt: t("chat.picture"), onerror: stale });
  img.style.width = `${Math.round(f.width * Math.min(1, WIDEST / f.width, HIGHEST / f.height))}px`; // its room, before it is there
  img.style.aspectRatio = `${f.width} / ${f.height}`;
  return h("button", { type: "button", class: "photo", "aria-label": t("chat.enlarge"), onclick: () => enlarge(img.src) }, img);
}

/** preview is a picture on its way, with a ring that fills. */
export function preview(d: Draft): HTMLElement {
  const ring = h("span", { class: "photo-ring", role: "progressbar", "aria-label": t("chat.sending") });
  progress(ring, d);
  const img: HTMLImageElement = h("img", { src: d.preview, alt: t("chat.picture"), onerror: () => img.replaceWith(h("span", { class: "photo-none" }, icon("image"))) });
  return h("span", { class: "photo photo-sending" }, img, !d.trouble && ring);
}

/** progress fills the ring of a preview. */
export function progress(ring: HTMLElement, d: Draft): void {
  const percent = `${Math.round(d.progress * 100)}`;
  ring.setAttribute("aria-valuenow", percent);
  ring.style.setProperty("--part", percent);
}

/** notSent says why a draft waits, with what can be done about it. */
export function notSent(d: Draft, retry: () => void, discard: () => void): HTMLElement {
  return h(
    "div",
    { class: "not-sent", role: "alert" },
    icon("circle-alert"),
    h("span", {}, d.trouble?.words || t("chat.notSent")),
    d.trouble?.again && h("button", { type: "button", class: "link", onclick: retry }, t("chat.retry")),
    h("button", { type: "button", class: "link", onclick: discard }, t("chat.discard")),
  );
}

/** linked is text with its web addresses as links. */
function linked(text: string): (Node | string)[] {
  return text.split(/(https?:\/\/[^\s<>"'，。；！？（）【】]+)/).map((part, i) =>
    i % 2 ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part,
  );
}
