// The chat for pages: see chat.ts.

export { Chat, type ChatOptions } from "./chat";
export { upload } from "./upload";
export { Trouble, type Message, type Picture, type Posting, type Side, type Transport } from "./types";
