// The caller's requests; see docs/protocol.md.

import { Trouble, upload, type Message, type Picture, type Posting } from "../chat";
import { t } from "../page";

export interface Option {
  id: string;
  keyword: string;
  label: string;
}

export interface Menu {
  ivrId: string;
  name: string;
  version: number;
  prompt: string;
  hasBranch: boolean;
  options: Option[];
  media: string[];
}

/** Ask is the form of an answer that is typed or given on a scale. */
export interface Ask {
  type: "text" | "number" | "phone" | "date" | "rating";
  maxRunes?: number;
  min?: string;
  max?: string;
  secret?: boolean;
}

/** Question is what a session asks now. */
export interface Question {
  prompt: string;
  options?: Option[];
  ask?: Ask;
  /** asked again: the answer before did not fit */
  wrong?: boolean;
}

export interface View {
  sessionId: string;
  media: "video" | "audio" | "text";
  state: "routing" | "queued" | "offered" | "connecting" | "connected" | "ended";
  menu?: Question;
  stepToken?: string;
  seq: number;
  queue?: Place;
  agent?: { number: string; name: string };
  ended?: { by: string; reason: string };
  callId?: string;
}

export interface Place {
  position: number;
  waitSeconds: number | null;
}

/** Failure is a Trouble with the server's code. */
export class Failure extends Trouble {
  constructor(
    words: string,
    again: boolean,
    readonly code: string,
  ) {
    super(words, again);
  }
}

/** API speaks for one visitor. */
export class API {
  token = "";

  constructor(private readonly sdkAppId: number) {}

  /** login makes a visitor of us, unless we are one. */
  async login(): Promise<void> {
    if (this.token) return;
    const answer = await this.call<{ token: string }>("POST", "caller/login", { sdkAppId: this.sdkAppId, visitor: {} });
    this.token = answer.token;
  }

  menu(ivrId: string): Promise<Menu> {
    return this.call("GET", `flows/${encodeURIComponent(ivrId)}/menu`);
  }

  start(r: { ivrId: string; media: string; version: number; optionId?: string; idempotencyKey: string }): Promise<View> {
    return this.call("POST", "sessions", r);
  }

  input(id: string, r: { optionId?: string; text?: string; stepToken: string }): Promise<View> {
    return this.call("POST", `sessions/${id}/input`, r);
  }

  get(id: string): Promise<View> {
    return this.call("GET", `sessions/${id}`);
  }

  end(id: string): Promise<View> {
    return this.call("POST", `sessions/${id}/end`);
  }

  post(id: string, p: Posting): Promise<Message> {
    return this.call("POST", `sessions/${id}/messages`, p);
  }

  /** messages gives all that was said after a seq. */
  async messages(id: string, after: number): Promise<Message[]> {
    const all: Message[] = [];
    for (let more = true; more; ) {
      const page = await this.call<{ messages: Message[]; more: boolean }>("GET", `sessions/${id}/messages?after=${all.at(-1)?.seq ?? after}`);
      all.push(...page.messages);
      more = page.more;
    }
    return all;
  }

  upload(id: string, file: File, progress: (part: number) => void): Promise<Picture> {
    return upload("/api/v1/files", file, progress, { Authorization: `Bearer ${this.token}` }, { sessionId: id });
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(`/api/v1/${path}`, {
        method,
        headers: {
          Accept: "application/json",
          ...(this.token && { Authorization: `Bearer ${this.token}` }),
          ...(body !== undefined && { "Content-Type": "application/json" }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch {
      throw new Failure(t("caller.script.offline"), true, "offline");
    }
    const json = await answer.json().catch(() => null);
    if (answer.ok) return json as T;
    const again = answer.status >= 500 || answer.status === 429;
    throw new Failure(json?.error?.message ?? t("caller.script.offline"), again, json?.error?.code ?? "");
  }
}
