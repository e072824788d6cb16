/** The desk as the server pushes it, and what is done at it. */

import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { Card, Chosen, Desk, Pushed } from '../app/api';
import { ask } from '../app/session';
import { type DeskTold, NOTHING, type Transcript, tell } from './transcript';

export type Connection = 'connecting' | 'open' | 'lost';

export interface DeskState {
  desk: Desk | null;
  /** The server's clock before ours, in ms. */
  aheadMs: number;
  transcripts: ReadonlyMap<string, Transcript>;
  connection: Connection;
}

export type DeskAction =
  | 'accept'
  | 'decline'
  | 'hold'
  | 'unhold'
  | 'return'
  | 'consult'
  | 'say'
  | 'conclude'
  | 'wrap-up'
  | 'wrong';

const NOT_YET: DeskState = { desk: null, aheadMs: 0, transcripts: new Map(), connection: 'connecting' };
const PAUSES_MS = [300, 1_000, 2_000, 5_000];
/** The session has ended: see ivr/web/desk/live.py. */
const SIGNED_OUT = 4401;

type Happened = { pushed: Pushed; atMs: number } | Connection;

export function next(state: DeskState, happened: Happened): DeskState {
  if (typeof happened === 'string') return { ...state, connection: happened };
  const { pushed, atMs } = happened;
  const desk = pushed.desk ?? state.desk;
  const calls = new Set([...(desk?.cards ?? []), ...(desk?.live ?? [])].map((each) => each.call));
  const transcripts = new Map([...state.transcripts].filter(([call]) => calls.has(call)));
  for (const said of pushed.said) {
    const before = transcripts.get(said.call) ?? NOTHING;
    transcripts.set(said.call, (said.captions as unknown as DeskTold[]).reduce(tell, before));
  }
  const aheadMs = pushed.desk ? pushed.desk.now_ms - atMs : state.aheadMs;
  return { desk, aheadMs, transcripts, connection: 'open' };
}

/** `reads` is a call that a supervisor reads along; "" for none. */
export function useDesk(reads: string): DeskState {
  const [state, happen] = useReducer(next, NOT_YET);
  const tries = useRef(0);

  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let socket: WebSocket | null = null;

    const connect = (): void => {
      let seq = 0;
      const query = reads ? `?reads=${encodeURIComponent(reads)}` : '';
      const mine = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/desk/live${query}`);
      socket = mine;
      mine.onmessage = (message: MessageEvent<string>) => {
        const pushed = JSON.parse(message.data) as Pushed;
        if (pushed.seq !== ++seq) {
          mine.close(); // something is missing: begin anew with all of it
          return;
        }
        tries.current = 0;
        happen({ pushed, atMs: Date.now() });
      };
      mine.onclose = (event) => {
        if (over) return;
        if (event.code === SIGNED_OUT) {
          location.assign('/signin?next=/desk');
          return;
        }
        happen('lost');
        timer = setTimeout(connect, PAUSES_MS[Math.min(tries.current++, PAUSES_MS.length - 1)]);
      };
    };
    connect();
    return () => {
      over = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, [reads]);

  return state;
}

/** Do something about a call. Throws Refused. */
export function act(card: Card, what: DeskAction, body: object = {}): Promise<void> {
  const path = `/api/desk/calls/${encodeURIComponent(card.call)}/${encodeURIComponent(card.transfer)}/${what}`;
  return ask<void>('POST', path, body);
}

export function choosePresence(presence: Chosen['presence']): Promise<void> {
  return ask<void>('PUT', '/api/desk/presence', { presence });
}

export function choosePresenceOf(agent: string, presence: Chosen['presence']): Promise<void> {
  return ask<void>('PUT', `/api/desk/agents/${encodeURIComponent(agent)}/presence`, { presence });
}

/** Runs what may be refused, and keeps why it was. */
export function useDoing(setFault: (message: string) => void): (work: Promise<unknown>) => void {
  return useCallback(
    (work) => {
      setFault('');
      work.catch((error: Error) => setFault(error.message));
    },
    [setFault],
  );
}
