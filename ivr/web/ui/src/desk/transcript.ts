/** What was said in a call, as the desk shows it: the captions of the phone page, with marks and stages between them. */

import type { Stage, Watch } from '../app/api';
import { type Captions, hear, type Item, NOTHING_SAID, shown, type Told } from '../phone/captions';
import { supervised } from './words';

export type DeskTold =
  | Told
  | { kind: 'wrong'; seq: number; id: string; why: string }
  | { kind: 'stage'; seq: number; stage: Stage; why: string }
  | { kind: 'supervision'; seq: number; name: string; state: Watch; why: string }
  | { kind: 'reserved'; seq: number; name: string };

export interface Transcript {
  captions: Captions;
  /** Ids of prompts that were marked as wrong. */
  wrong: readonly string[];
  /** A stage, and how many items stood before it. */
  stages: readonly { after: number; stage: Stage; seq: number }[];
  /** What a supervisor did, likewise. */
  supervised: readonly { after: number; text: string; seq: number }[];
}

export type Row =
  | Item
  | { side: 'stage'; id: string; stage: Stage }
  | { side: 'supervised'; id: string; text: string };

export const NOTHING: Transcript = { captions: NOTHING_SAID, wrong: [], stages: [], supervised: [] };

/** Stages that a reader of the transcript wants to know of. */
const TOLD_STAGES: readonly Stage[] = ['ringing', 'bridged', 'held', 'consulting', 'returning', 'wrap_up'];

/** The transcript after one more message; one that was told before changes nothing. */
export function tell(transcript: Transcript, told: DeskTold): Transcript {
  if (told.seq !== undefined && told.seq <= transcript.captions.lastSeq) return transcript;
  const { captions } = transcript;
  switch (told.kind) {
    case 'wrong':
      return {
        ...transcript,
        captions: { ...captions, lastSeq: told.seq },
        wrong: [...transcript.wrong, told.id],
      };
    case 'stage':
      return {
        ...transcript,
        captions: { ...captions, lastSeq: told.seq },
        stages: TOLD_STAGES.includes(told.stage)
          ? [...transcript.stages, { after: captions.items.length, stage: told.stage, seq: told.seq }]
          : transcript.stages,
      };
    case 'supervision': {
      const text = supervised(told.name, told.state, told.why);
      const line = text === null ? [] : [{ after: captions.items.length, text, seq: told.seq }];
      return {
        ...transcript,
        captions: { ...captions, lastSeq: told.seq },
        supervised: [...transcript.supervised, ...line],
      };
    }
    case 'reserved':
      return { ...transcript, captions: { ...captions, lastSeq: told.seq } };
    default:
      return { ...transcript, captions: hear(captions, told) };
  }
}

/** In the order it happened. */
export function rows(transcript: Transcript): Row[] {
  const visible = new Set(shown(transcript.captions));
  const found: Row[] = [];
  const put = (place: number): void => {
    for (const { after, stage, seq } of transcript.stages) {
      if (after === place) found.push({ side: 'stage', id: `stage-${seq}`, stage });
    }
    for (const { after, text, seq } of transcript.supervised) {
      if (after === place) found.push({ side: 'supervised', id: `supervised-${seq}`, text });
    }
  };
  transcript.captions.items.forEach((item, place) => {
    put(place);
    if (visible.has(item)) found.push(item);
  });
  put(transcript.captions.items.length);
  return found;
}
