// Names as they are typed into texts and expressions: which one is being typed, which ones fit, and what taking one
// makes of the text.
import type { Name, Say, Variable } from "./types";

// How names stand in a field: in ${holes} of a text, or as they are in an expression.
export type Mode = "holes" | "expression";

// Typed is the word before the caret.
export interface Typed {
  from: number; // where it begins
  word: string;
  hole: boolean; // it stands in a ${hole}
  alone: boolean; // nothing else stands in the hole before it
}

const FUNCTIONS = ["len", "lower", "upper", "trim", "string", "float", "round", "min", "max"];
const WORDS = ["and", "or", "not", "contains", "startsWith", "endsWith", "matches", "in", "true", "false"];

// Offer is a line of the list.
export interface Offer {
  path: string;
  type: string;
  words: string;
  about: string;
  call: boolean; // a function
  late: boolean;
}

// typed finds the word that a name could complete. Undefined where names mean nothing: in words, in quotes.
export function typed(text: string, caret: number, mode: Mode): Typed | undefined {
  let start = 0;
  if (mode === "holes") {
    const open = text.lastIndexOf("${", caret - 2);
    if (open < 0 || caret < open + 2) return undefined;
    start = open + 2;
  }
  const before = text.slice(start, caret);
  if (quoted(before) || (mode === "holes" && before.includes("}"))) return undefined;
  const word = /(?<![\w.])[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? "";
  return { from: caret - word.length, word, hole: mode === "holes", alone: before.trim() === word };
}

// quoted tells whether a text ends within quotes.
function quoted(text: string): boolean {
  return /["'`]/.test(text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/g, ""));
}

// offers lists what may be used: the flow's variables, what every flow has, the late names of the field, functions.
export function offers(vars: readonly Variable[], names: Name[], late: string[], say: Say): Offer[] {
  const of = (path: string, type: string, words: string, about: string, more: Partial<Offer> = {}): Offer => ({ path, type, words, about, call: false, late: false, ...more });
  return [
    ...vars.filter((v) => v.name).map((v) => of(v.name, v.type, v.about ?? "", v.about ?? "")),
    ...names.filter((n) => !n.late && !late.includes(n.path)).map((n) => of(n.path, n.type, n.label ?? "", n.about ?? "")),
    ...names.filter((n) => late.includes(n.path)).map((n) => of(n.path, n.type, n.label ?? "", n.about ?? "", { late: true })),
    ...FUNCTIONS.map((f) => of(f, "", say(`canvas.fn.${f}`), "", { call: true })),
    ...WORDS.map((w) => of(w, "", say(`canvas.fn.${w}`), "")),
  ];
}

// fitting picks the offers for a word: those that begin with it first, then those that have it anywhere. Functions and
// words of the language only when they are typed.
export function fitting(all: Offer[], word: string, alone: boolean): Offer[] {
  const wanted = word.toLowerCase();
  const can = all.filter((o) => (!o.late || alone) && (o.type !== "" || (wanted !== "" && o.path.toLowerCase().startsWith(wanted))));
  const first = can.filter((o) => o.path.toLowerCase().startsWith(wanted));
  const rest = can.filter((o) => !first.includes(o) && `${o.path} ${o.words}`.toLowerCase().includes(wanted));
  return [...first, ...rest];
}

// taken puts an offer into a text; caret is where typing goes on.
export function taken(text: string, caret: number, at: Typed | undefined, o: Offer, mode: Mode): { text: string; caret: number } {
  const rest = text.slice(caret).replace(at?.word ? /^[\w.]+/ : /^/, "");
  const open = mode === "holes" && !at?.hole ? "${" : "";
  const call = o.call && !rest.startsWith("(");
  const closes = mode === "holes" && !(at?.hole && /^[^$]*?\}/.test(rest));
  const head = text.slice(0, at?.from ?? caret) + open + o.path + (call ? "(" : "");
  const tail = (call ? ")" : "") + (closes ? "}" : "");
  // Typing goes on within a call's brackets, else behind the name, and behind the brace that closes its hole.
  const step = call ? 0 : closes ? tail.length : mode === "holes" && rest.startsWith("}") ? 1 : 0;
  return { text: head + tail + rest, caret: head.length + step };
}
