/** Where the call stands, as the page shows it. */

import type { Microphone } from '../audio/sound';
import type { Ended } from './exchange';

export type Stage = 'idle' | 'asking' | 'connecting' | 'ringing' | 'talking' | 'ended';

/** Why there was no call, or none any more, when something went wrong. */
export type Trouble = 'exchange' | 'server' | 'lost' | 'sound' | 'failed' | 'busy';

export interface Call {
  stage: Stage;
  microphone: Microphone | null;
  trouble: Trouble | null;
  muted: boolean;
  /** `performance.now()` at the answer; null before it. */
  answeredMs: number | null;
  lastedMs: number | null;
  endedBy: 'caller' | 'assistant' | null;
}

export type CallEvent =
  | { kind: 'dialled' }
  | { kind: 'microphone'; microphone: Microphone }
  | { kind: 'ringing' }
  | { kind: 'answered'; atMs: number }
  | { kind: 'muted'; muted: boolean }
  | { kind: 'ended'; end: Ended; atMs: number }
  | { kind: 'failed'; trouble: Trouble };

export const NO_CALL: Call = {
  stage: 'idle',
  microphone: null,
  trouble: null,
  muted: false,
  answeredMs: null,
  lastedMs: null,
  endedBy: null,
};

export function isLive(stage: Stage): boolean {
  return stage !== 'idle' && stage !== 'ended';
}

export function step(call: Call, event: CallEvent): Call {
  if (event.kind === 'dialled') return isLive(call.stage) ? call : { ...NO_CALL, stage: 'asking' };
  if (!isLive(call.stage)) return call; // it comes too late
  switch (event.kind) {
    case 'microphone':
      return { ...call, stage: 'connecting', microphone: event.microphone };
    case 'ringing':
      return { ...call, stage: 'ringing' };
    case 'answered':
      return { ...call, stage: 'talking', answeredMs: event.atMs };
    case 'muted':
      return { ...call, muted: event.muted };
    case 'failed':
      return { ...call, stage: 'ended', trouble: event.trouble };
    case 'ended':
      return {
        ...call,
        stage: 'ended',
        lastedMs: call.answeredMs === null ? null : event.atMs - call.answeredMs,
        trouble: troubleOf(event.end),
        endedBy: event.end.reason === 'caller' ? 'caller' : 'assistant',
      };
  }
}

function troubleOf(end: Ended): Trouble | null {
  if (end.reason === 'lost') return 'lost';
  if (end.reason === 'rejected') return 'busy';
  return end.reason === 'error' || end.status === 'failed' ? 'failed' : null;
}
