// What a chat is made of; see docs/protocol.md.

export type Side = "caller" | "agent" | "flow";

export interface Picture {
  fileId: string;
  url: string;
  width: number;
  height: number;
}

export interface Message {
  messageId: string;
  seq: number;
  from: Side;
  name?: string;
  clientMessageId?: string;
  kind: "text" | "emoji" | "image";
  text?: string;
  file?: Picture;
  at: string;
}

/** What is sent. The same clientMessageId posts once, however often it is sent. */
export interface Posting {
  clientMessageId: string;
  kind: Message["kind"];
  text?: string;
  fileId?: string;
}

/** How a chat reaches the server. */
export interface Transport {
  /** rejects with Trouble */
  post(p: Posting): Promise<Message>;
  /** progress is told from 0 to 1; rejects with Trouble */
  upload(file: File, progress: (part: number) => void): Promise<Picture>;
  typing(): void;
}

/** Why something was not sent: words for a person, and whether trying again may help. */
export class Trouble extends Error {
  constructor(
    readonly words: string,
    readonly again: boolean,
  ) {
    super(words);
  }
}
