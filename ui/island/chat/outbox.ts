// What was written and is not yet known to the server. Nothing leaves it except by being sent or thrown away by
// the person who wrote it.

import { t } from "../page";
import { alone } from "./emoji";
import { Trouble, type Message, type Picture, type Transport } from "./types";
import { check } from "./upload";

/** Draft is one message on its way. */
export interface Draft {
  clientMessageId: string;
  kind: Message["kind"];
  text?: string;
  file?: File;
  /** object URL of the file, until the server's picture is there */
  preview?: string;
  sent?: Picture;
  /** of an upload, 0 to 1 */
  progress: number;
  /** why it waits for a retry by hand */
  trouble?: Trouble;
  at: string;
}

const PAUSES = [1, 2, 4, 8, 15]; // seconds between tries that a person does not see

/** Outbox sends drafts; texts keep their order, pictures go beside them. */
export class Outbox {
  private drafts: Draft[] = [];
  private line: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly transport: Transport,
    private readonly posted: (m: Message, d: Draft) => void,
    private readonly changed: (d: Draft) => void,
  ) {}

  /** all lists what is not sent yet, oldest first. */
  all(): readonly Draft[] {
    return this.drafts;
  }

  /** text sends words; emoji alone are drawn large. */
  text(words: string): Draft {
    const d = this.add({ kind: alone(words) ? "emoji" : "text", text: words });
    this.line = this.line.then(() => this.run(d));
    return d;
  }

  /** picture sends a file, or says at once why it cannot be sent. */
  picture(file: File): Draft {
    const d = this.add({ kind: "image", file, preview: URL.createObjectURL(file) });
    d.trouble = check(file) ?? undefined;
    if (!d.trouble) void this.run(d);
    return d;
  }

  /** retry tries a failed draft again. */
  retry(d: Draft): void {
    d.trouble = undefined;
    this.changed(d);
    void this.run(d);
  }

  /** discard throws a draft away. */
  discard(d: Draft): void {
    this.drafts = this.drafts.filter((x) => x !== d);
    if (d.preview) URL.revokeObjectURL(d.preview);
  }

  private add(part: Partial<Draft> & { kind: Draft["kind"] }): Draft {
    const d: Draft = { clientMessageId: crypto.randomUUID(), progress: 0, at: new Date().toISOString(), ...part };
    this.drafts.push(d);
    return d;
  }

  private async run(d: Draft): Promise<void> {
    for (let n = 0; this.drafts.includes(d); n++) {
      try {
        const m = await this.send(d);
        this.posted(m, d);
        return this.discard(d);
      } catch (e) {
        const trouble = e instanceof Trouble ? e : new Trouble(t("chat.lost"), true);
        if (!trouble.again || n >= PAUSES.length) {
          d.trouble = trouble;
          return this.changed(d);
        }
        await new Promise((go) => setTimeout(go, PAUSES[n] * 1000));
      }
    }
  }

  private async send(d: Draft): Promise<Message> {
    if (d.file && !d.sent) {
      d.sent = await this.transport.upload(d.file, (part) => {
        d.progress = part;
        this.changed(d);
      });
    }
    return this.transport.post({ clientMessageId: d.clientMessageId, kind: d.kind, text: d.text, fileId: d.sent?.fileId });
  }
}
