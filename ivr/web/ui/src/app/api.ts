/** What pages and server tell each other. Written by scripts/write-api-types: do not edit. */

/** The draft may be spoken. `text`: these words of the person's own, instead of it; None for the draft itself. */
export interface Approved {
  text: string | null;
}

/** Who calls, and what they called about before. */
export interface Caller {
  number: string;
  known: boolean;
  failed: boolean;
  id: string;
  name: string;
  prefers: string;
  segment: string;
  notes: string;
  calls: EarlierCall[];
}

/** One call of the agent's. */
export interface Card {
  call: string;
  transfer: string;
  seat: 'first' | 'second' | 'supervisor';
  stage: Stage;
  agent: string;
  agent_name: string;
  supervised: Supervised | null;
  second: string;
  second_in: boolean;
  caller: string;
  language: string;
  reason: string;
  risk: Risk;
  queue: string;
  wanted_ms: number;
  stage_ms: number;
  met_ms: number;
  until_ms: number | null;
  over: boolean;
  summary: SummaryLine[];
  notices: Notice[];
}

/** What an agent, or a supervisor for them, chose to do. */
export interface Chosen {
  presence: 'available' | 'busy' | 'break' | 'offline';
}

/** Another agent. */
export interface Colleague {
  id: string;
  name: string;
  presence: Presence;
  since_ms: number;
  languages: string[];
  calls: number;
}

/** A consultation is over; `onward`: the colleague takes the caller. */
export interface Concluded {
  onward: boolean;
}

/** Which colleague is asked. */
export interface Consulted {
  agent: string;
}

/** Everything but what is said in calls. */
export interface Desk {
  business: string;
  now_ms: number;
  stale: boolean;
  me: Me;
  cards: Card[];
  queue: InQueue[];
  callbacks: Promised[];
  colleagues: Colleague[];
  live: LiveCall[];
  messages: Message[];
  drafts: Draft[];
  settled: SettledDraft[];
}

export type Disposition = 'solved' | 'call_back' | 'passed_on' | 'not_solved' | 'wrong_place';

/** An answer that a caller waits for, and a person looks at first. */
export interface Draft {
  call: string;
  request: string;
  caller: string;
  language: string;
  topic: string;
  question: string;
  text: string;
  sources: Source[];
  since_ms: number;
  until_ms: number;
}

/** A call from the same number, before this one. */
export interface EarlierCall {
  call: string;
  started_ms: number;
  outcome: string;
  reason: string;
  language: string;
  asked: string;
  disposition: string;
}

/** A caller who waits. `position` 0: an agent is rung for them. */
export interface InQueue {
  call: string;
  queue: string;
  language: string;
  reason: string;
  risk: Risk;
  since_ms: number;
  position: number;
  wait_s: number | null;
}

/** A call of this moment, as a supervisor sees it. */
export interface LiveCall {
  call: string;
  agent: string;
  stage: Stage | null;
  caller: string;
  language: string;
  reason: string;
  risk: Risk;
  stage_ms: number;
  supervised: Supervised | null;
}

/** Who sits at this desk, as an agent. */
export interface Me {
  name: string;
  role: Role;
  agent: string | null;
  address: string;
  presence: Presence;
  since_ms: number;
}

/** A message that a caller left, to be dealt with. `words` "": it could not be made out, and must be listened to. */
export interface Message {
  call: string;
  recording: string;
  caller: string;
  language: string;
  words: string;
  seconds: number;
  left_ms: number;
}

export type Mode = 'listen' | 'whisper' | 'join' | 'take_over';

/** A password that a person chose for themselves, and the one they have. */
export interface NewPassword {
  current: string;
  new: string;
}

/** Something that happened to this call which the agent must know, by the names of `TellAgent`. */
export interface Notice {
  id: string;
  what: string;
}

/** Somebody who is signed in, as pages show them. */
export interface Person {
  id: string;
  name: string;
  shown: string;
  role: Role;
  languages: string[];
}

/** What the telephone in the page takes: whom it rings, and how it is reached. */
export interface Phone {
  url: string;
  ticket: string;
  token: string;
  identity: string;
  why: string;
}

export type Presence = 'available' | 'busy' | 'wrap_up' | 'break' | 'away' | 'offline';

/** A call back that was promised. */
export interface Promised {
  id: string;
  number: string;
  queue: string;
  language: string;
  reason: string;
  since_ms: number;
  attempts: number;
}

/** One message of the desk's socket. `seq` is 1, 2, 3, … without a gap: after one, connect again. */
export interface Pushed {
  seq: number;
  desk: Desk | null;
  said: Said[];
}

/** Why something was not done. `code` is for the page, `message` for the person before it. */
export interface Refusal {
  code: string;
  message: string;
  retry_s: number | null;
}

/** The caller is to speak with a person instead. */
export interface Refused {
  why: string;
}

/** Back to the assistant, with what was settled. */
export interface Returned {
  note: string;
}

export type Risk = 'urgent' | 'soon' | 'usual';

export type Role = 'agent' | 'supervisor' | 'admin';

/** What was said in a call, and what happened in it, since it was last told: entries of its log as captions. */
export interface Said {
  call: string;
  captions: Record<string, unknown>[];
}

/** The approved answer that the assistant is to say. */
export interface SaidForMe {
  answer: string;
  language: string;
}

/** A draft that waits no more. `by` is the name of who decided; "" when nobody did. `mine`: whoever looks did. */
export interface SettledDraft {
  call: string;
  request: string;
  outcome: 'approved' | 'edited' | 'refused' | 'late' | 'dropped';
  by: string;
  mine: boolean;
}

/** Who wants to sign in. */
export interface SignIn {
  name: string;
  password: string;
}

/** The desk as it stands, with all that was said in each of its calls. */
export interface Snapshot {
  desk: Desk;
  said: Said[];
}

/** What a draft stands on: an approved answer, or a passage of a document. `text` "": it is in use no more. */
export interface Source {
  id: string;
  title: string;
  text: string;
}

export type Stage =
  | 'queued'
  | 'ringing'
  | 'briefing'
  | 'joining'
  | 'bridged'
  | 'held'
  | 'consulting'
  | 'returning'
  | 'wrap_up'
  | 'done';

/** Approved answers to these words; `words` "" when the caller has said nothing yet. */
export interface Suggested {
  words: string;
  language: string;
  answers: Suggestion[];
}

/** An approved answer that may be read to the caller, word for word. `score` 0..1: the chance that it is the one. */
export interface Suggestion {
  id: string;
  name: string;
  text: string;
  score: number;
}

/** One line of the summary, and the turns of the call that carry it; 1 is the caller's first. */
export interface SummaryLine {
  kind: string;
  text: string;
  turns: number[];
}

/** How a supervisor wants to take part in a call. While the assistant has it, take_over brings them the caller. */
export interface Supervise {
  mode: Mode;
}

/** A supervisor in a call that an agent has. */
export interface Supervised {
  by: string;
  name: string;
  state: Watch;
  wanted: Mode;
  why: string;
}

export type Watch = 'off' | 'dialling' | 'listening' | 'whispering' | 'joined';

/** Who is signed in in this browser. */
export interface Who {
  business: string;
  person: Person | null;
  must_change: boolean;
  csrf: string;
}

/** What came of the call. */
export interface WrapUp {
  disposition: Disposition;
  note: string;
}

/** The assistant should not have said this. */
export interface Wrong {
  prompt: string;
  why: string;
}
