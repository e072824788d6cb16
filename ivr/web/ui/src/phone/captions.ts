/**
 * Captions: what the server tells of a call, folded into what the page shows.
 *
 * A prompt is shown when it is its turn to be spoken, and what was cut is shown as far as it was heard: the page reads
 * like the call sounded. See ivr/web/captions.py.
 */

export type Told = { seq?: number } & (
  | { kind: 'caller'; id: string; text: string; language: string }
  | { kind: 'unheard'; id: string }
  | { kind: 'room'; speaker: 'caller' | 'agent' | 'assistant'; name: string; text: string; language: string }
  | { kind: 'key'; key: string }
  | { kind: 'assistant'; id: string; text: string; language: string; purpose: string }
  | { kind: 'heard'; id: string }
  | { kind: 'cut'; id: string; heard: string; fraction: number }
  | { kind: 'timed'; id: string; voice_to_voice_ms: number; stages_ms: Record<string, number> }
  | { kind: 'person'; reason: string }
  | { kind: 'callback' | 'interrupted' | 'resumed' }
  | { kind: 'lost'; count: number }
  | { kind: 'ended'; by: string }
);

export type Note = 'unheard' | 'person' | 'callback' | 'resumed' | 'lost';

export type Item =
  | { side: 'caller'; id: string; text: string; language: string }
  | { side: 'agent'; id: string; text: string; language: string; name: string }
  | {
      side: 'assistant';
      id: string;
      text: string;
      language: string;
      said: 'waiting' | 'speaking' | 'heard' | 'cut' | 'unsaid';
      tookMs: number | null;
    }
  | { side: 'keys'; id: string; keys: string }
  | { side: 'note'; id: string; note: Note };

type Prompt = Extract<Item, { side: 'assistant' }>;

export interface Timing {
  tookMs: number;
  stagesMs: Record<string, number>;
}

export interface Captions {
  lastSeq: number;
  items: Item[];
  timing: Timing | null;
  over: boolean;
}

export const NOTHING_SAID: Captions = { lastSeq: 0, items: [], timing: null, over: false };

/** The captions after one more message. One that was told before, after a reconnection, changes nothing. */
export function hear(captions: Captions, told: Told): Captions {
  if (told.seq !== undefined && told.seq <= captions.lastSeq) return captions;
  return { ...change(captions, told), lastSeq: told.seq ?? captions.lastSeq };
}

/** What is shown: prompts whose turn has not come, or never came, are not. */
export function shown(captions: Captions): Item[] {
  return captions.items.filter(
    (item) => item.side !== 'assistant' || (item.said !== 'waiting' && item.said !== 'unsaid'),
  );
}

function change(captions: Captions, told: Told): Captions {
  const { items } = captions;
  switch (told.kind) {
    case 'caller':
      return { ...captions, items: [...items, { side: 'caller', ...pick(told) }] };
    case 'room':
      return { ...captions, items: [...items, inRoom(told)] };
    case 'assistant': {
      const busy = items.some((item) => item.side === 'assistant' && isPending(item));
      const said = busy ? 'waiting' : 'speaking';
      return { ...captions, items: [...items, { side: 'assistant', ...pick(told), said, tookMs: null }] };
    }
    case 'heard':
      return {
        ...captions,
        items: goOn(prompts(items, told.id, (prompt) => ({ ...prompt, said: 'heard' }))),
      };
    case 'cut':
      return { ...captions, items: goOn(prompts(items, told.id, (prompt) => cut(prompt, told.heard))) };
    case 'timed':
      return {
        ...captions,
        items: prompts(items, told.id, (prompt) => ({ ...prompt, tookMs: told.voice_to_voice_ms })),
        timing: { tookMs: told.voice_to_voice_ms, stagesMs: told.stages_ms },
      };
    case 'key':
      return { ...captions, items: press(items, told.key) };
    case 'interrupted':
      // Also told when the caller hangs up: worth a word only when the call goes on.
      return { ...captions, items: prompts(items, null, dropPending) };
    case 'unheard':
    case 'person':
    case 'callback':
    case 'resumed':
    case 'lost':
      return { ...captions, items: note(items, told.kind) };
    case 'ended':
      return { ...captions, items: prompts(items, null, dropPending), over: true };
    default:
      return captions; // a later server tells more than this page knows
  }
}

/** What one of the two said while they speak with each other, or the assistant for the agent. */
function inRoom(told: Extract<Told, { kind: 'room' }>): Item {
  const said = { id: `room-${told.seq ?? 0}`, text: told.text, language: told.language };
  if (told.speaker === 'assistant') return { side: 'assistant', ...said, said: 'heard', tookMs: null };
  return told.speaker === 'agent' ? { side: 'agent', ...said, name: told.name } : { side: 'caller', ...said };
}

function pick(told: { id: string; text: string; language: string }) {
  return { id: told.id, text: told.text, language: told.language };
}

function isPending(prompt: Prompt): boolean {
  return prompt.said === 'waiting' || prompt.said === 'speaking';
}

/** Change the prompt of this id, or every one. */
function prompts(items: Item[], id: string | null, change: (prompt: Prompt) => Prompt): Item[] {
  return items.map((item) =>
    item.side === 'assistant' && (id === null || item.id === id) ? change(item) : item,
  );
}

function cut(prompt: Prompt, heard: string): Prompt {
  return heard.trim() ? { ...prompt, text: heard.trim(), said: 'cut' } : { ...prompt, said: 'unsaid' };
}

function dropPending(prompt: Prompt): Prompt {
  if (prompt.said === 'waiting') return { ...prompt, said: 'unsaid' };
  return prompt.said === 'speaking' ? { ...prompt, said: 'cut' } : prompt;
}

/** The next prompt that waits begins when none is being spoken. */
function goOn(items: Item[]): Item[] {
  if (items.some((item) => item.side === 'assistant' && item.said === 'speaking')) return items;
  const next = items.find((item) => item.side === 'assistant' && item.said === 'waiting');
  return next ? prompts(items, next.id, (prompt) => ({ ...prompt, said: 'speaking' })) : items;
}

function press(items: Item[], key: string): Item[] {
  const last = items.at(-1);
  if (last?.side === 'keys') return [...items.slice(0, -1), { ...last, keys: last.keys + key }];
  return [...items, { side: 'keys', id: `keys-${items.length}`, keys: key }];
}

function note(items: Item[], what: Note): Item[] {
  return [...items, { side: 'note', id: `note-${items.length}`, note: what }];
}
