/** The phone as the page uses it: one call at a time, and what is shown of it. */

import { useCallback, useEffect, useReducer, useRef } from 'react';
import { type Call, isLive, NO_CALL, step } from './call';
import { type Captions, hear, NOTHING_SAID, type Told } from './captions';
import { PlacedCall } from './placeCall';

export interface Levels {
  microphone: number;
  line: number;
}

export interface Phone {
  call: Call;
  captions: Captions;
  dial(): void;
  hangUp(): void;
  press(key: string): void;
  mute(muted: boolean): void;
  /** Levels now, in dB below full scale; null without a call. */
  levels(): Levels | null;
}

/** A phone that calls `number` and shows `from` as its own. */
export function usePhone(number: string, from: string, filtered: boolean): Phone {
  const [call, tellCall] = useReducer(step, NO_CALL);
  const [captions, tellCaptions] = useReducer(
    (before: Captions, told: Told | 'new') => (told === 'new' ? NOTHING_SAID : hear(before, told)),
    NOTHING_SAID,
  );
  const placed = useRef<PlacedCall | null>(null);
  const live = isLive(call.stage);

  useEffect(() => () => placed.current?.over(), []);

  const dial = useCallback(() => {
    if (live) return;
    const next = new PlacedCall(number, from, filtered, {
      call: (event) => placed.current === next && tellCall(event),
      captions: (told) => placed.current === next && tellCaptions(told),
    });
    placed.current = next;
    tellCaptions('new');
    void next.dial();
  }, [live, number, from, filtered]);

  const hangUp = useCallback(() => placed.current?.hangUp(), []);
  const press = useCallback((key: string) => placed.current?.press(key), []);
  const mute = useCallback((muted: boolean) => {
    if (placed.current) placed.current.muted = muted;
    tellCall({ kind: 'muted', muted });
  }, []);
  const levels = useCallback(() => placed.current?.sound?.levels ?? null, []);

  return { call, captions, dial, hangUp, press, mute, levels };
}
