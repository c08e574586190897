// The inspector asks the Go side what it makes of the graph (exits, summaries, problems) shortly after each change.
// Nothing waits for its answer.
import type { FlowDoc } from "./doc";
import type { Inspection } from "./types";

const WAIT = 150; // ms

export class Inspector {
  private timer = 0;
  private asking = false;
  private again = false;

  constructor(
    private readonly url: string,
    private readonly doc: FlowDoc,
    private readonly tell: (i: Inspection) => void,
  ) {
    doc.listen(({ ops, cause }) => {
      if (cause === "load" || ops.some((op) => op.op !== "move")) this.soon();
    });
    // Groups may have been made in another tab.
    addEventListener("focus", () => this.soon());
    addEventListener("online", () => this.soon());
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), WAIT);
  }

  private async ask(): Promise<void> {
    this.again = this.asking;
    if (this.asking) return;
    this.asking = true;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ graph: this.doc.toJSON() }),
      });
      if (answer.ok) this.tell((await answer.json()) as Inspection);
    } catch {
      // Without a line the last answer stands; "online" asks again.
    }
    this.asking = false;
    if (this.again) this.soon();
  }
}
