// The controls of a form, one for each type of field.
import { chooser } from "./chooser";
import { el } from "./dom";
import { type Control, type Host, whenTyped } from "./fields";
import { Keywords } from "./keywords";
import { List } from "./list";
import { Options } from "./options";
import { secret } from "./secret";

type Bind = (slot: HTMLElement, host: Host) => Control;

const CONTROLS: Record<string, Bind> = {
  number,
  flag,
  time,
  days,
  words,
  zone,
  options,
  secret,
  choice: chooser,
  group: chooser,
  flow: chooser,
  variable: chooser,
  list: (slot, host) => new List(slot, host),
};

// controlOf binds the control of a field. A type without one of its own is a text.
export function controlOf(slot: HTMLElement, host: Host): Control {
  return (CONTROLS[slot.dataset.type!] ?? text)(slot, host);
}

const inputOf = (slot: HTMLElement) => slot.querySelector<HTMLInputElement>("input, textarea")!;

// text keeps an empty text only where a new node has one too, so that typing and erasing leaves no trace.
function text(slot: HTMLElement, host: Host): Control {
  const input = inputOf(slot);
  const counted = () => count(slot, input);
  whenTyped(input, () => {
    counted();
    host.changed();
  });
  if (slot.dataset.type === "expression") {
    input.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && !e.isComposing) e.preventDefault(); // one line, however long
    });
  }
  return {
    input,
    read: () => (input.value === "" && host.fresh === undefined ? undefined : input.value),
    fill: (value) => {
      const wanted = typeof value === "string" ? value : "";
      if (input.value !== wanted) input.value = wanted;
      counted();
    },
    focus: () => input.focus(),
  };
}

function number(slot: HTMLElement, host: Host): Control {
  const input = inputOf(slot);
  const control: Control = {
    input,
    local: "",
    read: () => (input.value === "" ? undefined : Number(input.value)),
    fill: (value) => {
      const wanted = typeof value === "number" ? String(value) : "";
      if (!control.local && input.value !== wanted) input.value = wanted;
    },
    focus: () => input.focus(),
  };
  whenTyped(input, () => {
    control.local = input.validity.badInput || input.validity.stepMismatch ? host.editor.say("canvas.form.number") : "";
    if (control.local) host.mark();
    else host.changed();
  });
  return control;
}

function flag(slot: HTMLElement, host: Host): Control {
  const input = inputOf(slot);
  input.addEventListener("change", () => host.changed());
  return {
    input,
    read: () => (input.checked ? true : host.fresh === undefined ? undefined : false),
    fill: (value) => {
      input.checked = value === true;
    },
    focus: () => input.focus(),
  };
}

const STEP = 15; // minutes, of an arrow key

// time takes a time of day as people write it, 9 or 930 or 9:30, and says it as 09:30.
function time(slot: HTMLElement, host: Host): Control {
  const input = inputOf(slot);
  const control = text(slot, host);
  const put = (value: string) => {
    if (input.value === value) return;
    input.value = value;
    host.changed();
  };
  input.addEventListener("change", () => put(clock(input.value)));
  input.addEventListener("keydown", (e) => {
    const step = e.key === "ArrowUp" ? STEP : e.key === "ArrowDown" ? -STEP : 0;
    const now = minutes(clock(input.value));
    if (step === 0 || now === undefined) return;
    e.preventDefault();
    const next = Math.max(0, Math.min(24 * 60, now + step));
    put(`${two(Math.floor(next / 60))}:${two(next % 60)}`);
  });
  return control;
}

const two = (n: number) => String(n).padStart(2, "0");

function clock(typed: string): string {
  const m = /^\s*(\d{1,2})(?:[:：.]?([0-5]\d))?\s*$/.exec(typed);
  return m ? `${two(Number(m[1]))}:${m[2] ?? "00"}` : typed.trim();
}

function minutes(clock: string): number | undefined {
  const m = /^(\d\d):(\d\d)$/.exec(clock);
  return m ? Number(m[1]) * 60 + Number(m[2]) : undefined;
}

// zone offers the time zones that the browser knows; the Go side checks what is typed.
function zone(slot: HTMLElement, host: Host): Control {
  if (!document.getElementById("zones")) {
    const names = Intl.supportedValuesOf("timeZone");
    document.body.append(el("datalist", { id: "zones" }, ...names.map((n) => new Option(n, n))));
  }
  return text(slot, host);
}

function days(slot: HTMLElement, host: Host): Control {
  const buttons = [...slot.querySelectorAll<HTMLElement>("[data-day]")];
  const on = (b: HTMLElement) => b.getAttribute("aria-pressed") === "true";
  for (const b of buttons) {
    b.addEventListener("click", () => {
      b.setAttribute("aria-pressed", String(!on(b)));
      host.changed();
    });
  }
  return {
    read: () => buttons.filter(on).map((b) => Number(b.dataset.day)),
    fill: (value) => {
      const chosen = Array.isArray(value) ? value : [];
      for (const b of buttons) b.setAttribute("aria-pressed", String(chosen.includes(Number(b.dataset.day))));
    },
    focus: () => buttons[0].focus(),
  };
}

function words(slot: HTMLElement, host: Host): Control {
  const input = inputOf(slot);
  const { say } = host.editor;
  const says = { drop: (word: string) => say("canvas.words.drop", { word }), first: input.placeholder, more: say("canvas.words.add") };
  const keywords = new Keywords(slot.querySelector<HTMLElement>("[data-keywords]")!, input, says, () => host.changed());
  return {
    input,
    read: () => (keywords.value.length === 0 && host.fresh === undefined ? undefined : keywords.value),
    fill: (value) => keywords.fill(Array.isArray(value) ? (value as string[]) : []),
    focus: () => input.focus(),
  };
}

function options(slot: HTMLElement, host: Host): Control {
  const { editor } = host;
  const lines = new Options(slot, {
    say: editor.say,
    announce: (words) => editor.announce(words),
    changed: host.changed,
    seal: () => editor.doc.seal(),
  });
  return {
    read: () => lines.value,
    fill: (value) => lines.fill(value),
    faults: (issues) => lines.faults((n) => issues.find((i) => i.field!.startsWith(`${n}.`))?.text ?? ""),
    focus: (part) => lines.focus(Number.parseInt(part || "0", 10)),
  };
}

function count(slot: HTMLElement, input: HTMLInputElement): void {
  const counter = slot.querySelector<HTMLElement>("[data-max]");
  const max = Number(counter?.dataset.max);
  if (!counter || max === 0) return;
  const used = [...input.value].length;
  counter.hidden = used < max * 0.8;
  counter.textContent = `${used}/${max}`;
  counter.classList.toggle("over", used > max);
}
