// What the server tells a desk: see docs/protocol.md.

import type { Message } from "../chat";

export type { Message };

export interface AgentView {
  agentId: string;
  name: string;
  number: string;
  shown: string;
  intent: string;
  reason?: string;
  next?: string;
  since: string;
  fault?: string;
  load: { exclusive: number; texts: number };
  textCap: number;
}

export interface PathStep {
  keyword: string;
  label: string;
}

export interface Caller {
  id: string;
  nickname: string;
  channel: string;
}

export interface Offer {
  offerId: string;
  sessionId: string;
  deadline: string;
  at: string;
  caller: Caller;
  path: PathStep[] | null;
  waitedSeconds: number;
  attempts: number;
  media: "video" | "audio" | "text";
  group: string;
}

export interface Session {
  sessionId: string;
  offerId: string;
  state: "accepted" | "connected" | "wrapping";
  deadline?: string;
  caller: Caller;
  path: PathStep[] | null;
  media: "video" | "audio" | "text";
  group: string;
  ivrId: string;
  version: number;
  waitedSeconds: number;
  since: string;
  talkAt?: string;
  endedAt?: string;
  endedBy?: string;
  callId?: string;
  messages: Message[] | null;
}

export interface Snapshot {
  agent: AgentView;
  offers: Offer[];
  sessions: Session[];
  now: string;
}

export interface Frame {
  type: string;
  seq?: number;
  at?: string;
  data: any;
}
