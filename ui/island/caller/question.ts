// What a flow asks: options as cards, something typed, or a scale. What was typed outlives a lost line and a reload.

import { t } from "../page";
import type { Ask, Option, Question as Asked, View } from "./api";
import { busy, fault, one } from "./page";

/** Answer is what a question is answered with: one of them. */
export interface Answer {
  optionId?: string;
  text?: string;
}

/** Question draws what is asked, and hands the answer over. */
export class Question {
  private readonly root = one('[data-show="menu"]');
  private readonly form = one<HTMLFormElement>("[data-answer]", this.root);
  private readonly slot = one("[data-answer-slot]", this.root);
  private readonly send = one<HTMLButtonElement>("[data-answer-send]", this.root);
  private readonly fault = one("[data-menu-fault]", this.root);
  private view: View | null = null;

  constructor(private readonly answer: (a: Answer) => Promise<void>) {
    this.form.addEventListener("submit", (e) => {
      e.preventDefault();
      void this.submit();
    });
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("keydown", (e) => e.key === "Enter" && (e.ctrlKey || e.metaKey) && this.form.requestSubmit());
  }

  /** menu draws options to be tapped, before a session or within one. */
  menu(prompt: string, options: Option[]): void {
    if (prompt) one("[data-prompt]", this.root).textContent = prompt;
    fault("[data-menu-fault]", "");
    this.form.hidden = true;
    this.slot.replaceChildren(); // a secret must not be read there when the next question is none
    this.form.after(this.fault);
    this.root.dataset.ask = "";
    const model = one<HTMLTemplateElement>("[data-option-model]").content;
    one("[data-options]", this.root).replaceChildren(
      ...options.map((o) => {
        const li = model.cloneNode(true) as DocumentFragment;
        one("[data-option]", li).dataset.option = o.id;
        one("[data-option] span", li).textContent = o.label;
        return li;
      }),
    );
  }

  /** show draws the question of a session, once; said is what the flow has said on the way to it. */
  show(v: View, said: string[]): void {
    const menu = v.menu!;
    const fresh = this.view?.stepToken !== v.stepToken;
    this.view = v;
    if (fresh) {
      this.menu(menu.prompt, menu.ask ? [] : (menu.options ?? []));
      if (menu.ask) this.controls(menu, menu.ask);
      const quit = one("[data-quit]", this.root);
      quit.hidden = false;
      one("span", quit).textContent = t(`caller.script.ask.${menu.ask?.type === "rating" ? "skip" : "quit"}`);
    }
    this.hear(said);
  }

  /** focus goes to where one answers. */
  focus(): void {
    const at = this.slot.querySelector<HTMLElement>(".input") ?? this.slot.querySelector<HTMLElement>("input");
    (this.form.hidden ? one("[data-prompt]", this.root) : at)?.focus({ preventScroll: true });
  }

  /** hear shows what the flow has said; of a wrong answer the last of it says what is wrong. */
  hear(said: string[]): void {
    const menu = this.view?.menu;
    const lines = [...said];
    if (menu?.wrong) fault("[data-menu-fault]", lines.pop() ?? t("caller.script.ask.wrong"));
    this.field()?.setAttribute("aria-invalid", `${!!menu?.wrong}`);
    const list = one("[data-heard]", this.root);
    list.hidden = !lines.length;
    list.replaceChildren(
      ...lines.map((words) => {
        const p = document.createElement("p");
        p.textContent = words;
        return p;
      }),
    );
  }

  /** close forgets what was typed: nothing of it may be kept once the visit is over. */
  close(): void {
    this.slot.replaceChildren();
  }

  private field(): HTMLInputElement | HTMLTextAreaElement | null {
    return this.slot.querySelector(".input");
  }

  private controls(menu: Asked, ask: Ask): void {
    const rating = ask.type === "rating";
    this.form.hidden = false;
    this.send.before(this.fault);
    this.root.dataset.ask = ask.type;
    one("[data-answer-help]", this.root).textContent = hint(ask);
    one("span", this.send).textContent = t(`caller.script.ask.${rating ? "rate" : "send"}`);
    this.slot.replaceChildren(rating ? this.scale(menu.options ?? []) : this.input(ask));
    this.changed();
  }

  /** input is the control for something typed, with what was typed before. */
  private input(ask: Ask): HTMLElement {
    const long = ask.type === "text" && !ask.secret && (ask.maxRunes ?? 0) > 100;
    const el = document.createElement(long ? "textarea" : "input");
    el.className = "input";
    el.setAttribute("aria-labelledby", "cl-prompt");
    el.setAttribute("aria-describedby", "cl-answer-help cl-menu-fault");
    el.required = true;
    el.autocomplete = ask.secret ? "off" : ask.type === "phone" ? "tel" : "off";
    if (ask.maxRunes) el.maxLength = 2 * ask.maxRunes; // a browser counts an emoji twice
    if (el instanceof HTMLTextAreaElement) el.rows = 3;
    else {
      el.type = ask.secret ? "password" : ask.type === "phone" ? "tel" : ask.type === "date" ? "date" : "text";
      if (ask.type === "number") el.inputMode = "decimal";
      if (ask.type === "phone") el.inputMode = "tel";
      if (ask.type === "date") [el.min, el.max] = [ask.min ?? "", ask.max ?? ""];
    }
    el.value = ask.secret ? "" : this.kept();
    return el;
  }

  /** scale is one point beside the other, the best last; a short run of scores from 1 on is drawn as stars. */
  private scale(options: Option[]): HTMLElement {
    const points = [...options].sort((a, b) => Number(a.keyword) - Number(b.keyword));
    const stars = points.length > 2 && points.length < 6 && points.every((o, i) => Number(o.keyword) === i + 1);
    const group = document.createElement("div");
    group.className = stars ? "cl-stars" : "cl-points";
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-labelledby", "cl-prompt");
    const model = one<HTMLTemplateElement>("[data-point-model]").content;
    group.append(
      ...points.map((o) => {
        const point = model.cloneNode(true) as DocumentFragment;
        one<HTMLInputElement>("input", point).value = o.id;
        one("[data-point-label]", point).textContent = o.label;
        one("[data-point-label]", point).classList.toggle("unseen", stars);
        if (!stars) one("svg", point).remove();
        else point.firstElementChild!.setAttribute("title", o.label);
        return point;
      }),
    );
    return group;
  }

  /** changed follows what is typed or chosen. */
  private changed(): void {
    const point = this.slot.querySelector<HTMLInputElement>("input:checked");
    const rating = this.view?.menu?.ask?.type === "rating";
    this.send.disabled = rating && !point;
    if (rating) {
      const chosen = this.view?.menu?.options?.find((o) => o.id === point?.value);
      one("[data-answer-help]", this.root).textContent = this.slot.querySelector(".cl-stars") ? (chosen?.label ?? t("caller.script.ask.stars")) : "";
    }
    if (this.field() && !this.view?.menu?.ask?.secret) this.keep(this.field()!.value);
  }

  private async submit(): Promise<void> {
    const optionId = this.slot.querySelector<HTMLInputElement>("input:checked")?.value;
    const field = this.field();
    const text = field?.value.trim();
    if (!optionId && !text) {
      fault("[data-menu-fault]", t(`caller.script.ask.${field?.type === "date" ? "emptyDate" : "empty"}`));
      field?.setAttribute("aria-invalid", "true");
      return field?.focus();
    }
    fault("[data-menu-fault]", "");
    if (field) field.readOnly = true;
    try {
      await busy(this.send, () => this.answer(optionId ? { optionId } : { text }));
    } finally {
      if (field) field.readOnly = false;
      this.changed();
    }
  }

  private key(): string {
    return `foyer.answer.${this.view!.sessionId}`;
  }

  private keep(text: string): void {
    try {
      sessionStorage.setItem(this.key(), JSON.stringify({ token: this.view!.stepToken, text }));
    } catch {
      // then only this page knows
    }
  }

  /** kept is what was typed for this question before: on this page before a reload, or as the answer that did not fit. */
  private kept(): string {
    try {
      const { token, text } = JSON.parse(sessionStorage.getItem(this.key()) ?? "{}");
      return token === this.view!.stepToken || this.view!.menu?.wrong ? (text ?? "") : "";
    } catch {
      return "";
    }
  }
}

/** hint says what an answer may be. */
function hint(ask: Ask): string {
  const { type, min, max, maxRunes } = ask;
  if (type === "text" && maxRunes) return t("caller.script.ask.runes", { n: maxRunes });
  if (min && max) return t("caller.script.ask.between", { min, max });
  if (min) return t("caller.script.ask.from", { min });
  if (max) return t("caller.script.ask.to", { max });
  return type === "phone" ? t("caller.script.ask.phone") : "";
}
