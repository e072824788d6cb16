/** What the page says about a call. Each message tells what happened and what to do. */

import type { Microphone } from '../audio/sound';
import type { Call, Trouble } from './call';
import type { Note } from './captions';

export const TROUBLE: Record<Trouble, { title: string; text: string }> = {
  exchange: {
    title: 'The telephone exchange cannot be reached',
    text: 'It runs beside the server and is started again when it stops. Wait a moment, load this page again, then call.',
  },
  server: {
    title: 'The server does not answer',
    text: 'Check that scripts/serve is running on this machine, then call again.',
  },
  lost: { title: 'The line was lost', text: 'The exchange went away in the middle of the call. Call again.' },
  sound: {
    title: 'This browser gives no sound',
    text: 'A call needs an audio output and a browser with AudioWorklet. Check the output, or use another browser.',
  },
  failed: {
    title: 'The call could not be put through',
    text: 'The server did not take it. Its log says why; call again once it is mended.',
  },
  busy: { title: 'Nobody took the call', text: 'The line is busy. Call again in a moment.' },
};

export const MICROPHONE: Record<Exclude<Microphone, 'on'>, { title: string; text: string }> = {
  refused: {
    title: 'The microphone is blocked',
    text: 'You hear everything and can answer with the keys. To speak, allow the microphone in the address bar and call again.',
  },
  missing: {
    title: 'There is no microphone',
    text: 'You hear everything and can answer with the keys. To speak, connect one and call again.',
  },
  insecure: {
    title: 'No microphone for this address',
    text: 'Browsers allow it only on this machine itself, or over https. You can still answer with the keys.',
  },
  failed: {
    title: 'The microphone does not work',
    text: 'Another program may hold it. You hear everything and can answer with the keys.',
  },
};

export const NOTES: Record<Note, string> = {
  unheard: 'That could not be recognised',
  person: 'A person was asked for',
  callback: 'A call back was agreed',
  resumed: 'The line to the assistant broke for a moment',
  lost: 'Some captions were lost',
};

export function stateOf(call: Call): string {
  switch (call.stage) {
    case 'idle':
      return 'Ready when you are';
    case 'asking':
      return 'Allow the microphone to speak';
    case 'connecting':
      return 'Connecting';
    case 'ringing':
      return 'Ringing';
    case 'talking':
      return 'Connected';
    case 'ended':
      if (call.trouble) return 'No connection';
      return call.endedBy === 'caller' ? 'You hung up' : 'The assistant ended the call';
  }
}

/** As it is read aloud: +12025550100 becomes +1 202 555 0100. */
export function spaced(number: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `+1 ${parts[1]} ${parts[2]} ${parts[3]}` : number;
}

/** Seconds of a call, as a clock shows them. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
