// The shapes that the Go side and the editor exchange. They mirror designer/graph and nodes/spec.

export type Config = Record<string, unknown>;

export interface FlowNode {
  id: string;
  kind: string;
  title?: string; // the admin's own name for the box; empty shows the kind's name
  x: number;
  y: number;
  config?: Config;
}

// At most one edge leaves a port.
export interface FlowEdge {
  id: string;
  from: string;
  port: string;
  to: string;
}

// A variable is what a flow keeps while it walks with a caller. What is absent is empty or false.
export interface Variable {
  name: string;
  type: string; // text, number, flag or date
  default?: string;
  secret?: boolean;
  about?: string;
}

export interface Graph {
  spec: number;
  vars?: Variable[];
  nodes: FlowNode[];
  edges: FlowEdge[];
}

// One way out of a node, as it is drawn.
export interface Port {
  id: string;
  label: string;
  optional?: boolean;
  error?: boolean;
  quiet?: boolean; // usually left unwired
}

// What only the Go side can tell of a node: its exits and the sentence under its title.
export interface Face {
  ports: Port[];
  summary: string;
}

// A kind of box with its words in the reader's language. config and face belong to a new node.
export interface Kind {
  name: string;
  label: string;
  about: string;
  icon: string; // its name in the icon set
  tone: string; // start, flow, data, human or end: the colour of the left edge
  category: string;
  single: boolean;
  noInput: boolean;
  config: Config;
  face: Face;
}

export interface Issue {
  node?: string;
  edge?: string;
  var?: string;
  port?: string;
  field?: string;
  level: "error" | "warning";
  text: string;
}

// Group and Other are what a field may name: a skill group, or another flow that is live.
export interface Group {
  id: string;
  name: string;
}

export type Other = Group;

// Name is what an expression may use.
export interface Name {
  path: string;
  type: string;
  label?: string;
  about?: string;
  late?: boolean; // only where a field says so
}

// The answer of one look at the whole graph.
export interface Inspection {
  faces: Record<string, Face>;
  issues: Issue[];
  groups: Group[];
  flows?: Other[]; // absent: as before
}

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

// Say gives the words of a key in the reader's language.
export type Say = (key: string, args?: Record<string, string | number>) => string;

// counted says how many: one thing has words of its own.
export function counted(say: Say, key: string, n: number): string {
  return say(n === 1 ? `${key}.one` : key, { n });
}

// freshID makes an id that no other node or edge has: a letter and ten random characters.
export function freshID(prefix: string): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  return prefix + Array.from(random, (b) => (b % 36).toString(36)).join("");
}
