// The stage is what gestures work on: the editor, its view and the element that holds both.
import type { Editor } from "./editor";
import type { Note } from "./note";
import type { FlowNode, Point } from "./types";
import type { View } from "./view";

export interface Stage {
  host: HTMLElement;
  editor: Editor;
  view: View;
  note: Note;
  // offer lets the admin choose what an exit leads to: a new node, or one that is there. dropped tells that a
  // wire was let go at the place, so that a new node belongs there.
  offer(from: FlowNode, port: string, at: Point, dropped?: boolean): void;
  // open shows the form of a node with the focus in it.
  open(id: string): void;
}
