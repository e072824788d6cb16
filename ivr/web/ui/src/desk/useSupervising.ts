/** Bringing a supervisor into a call: first they need a telephone, then it is called and picked up by itself. */

import { useCallback, useEffect, useState } from 'react';
import type { Desk, Mode } from '../app/api';
import { ask } from '../app/session';
import { choosePresence } from './useDesk';
import type { UsedPhone } from './useSoftphone';

export interface Supervisor {
  /** Be in this call so, or otherwise than before. */
  supervise(call: string, mode: Mode): void;
  stop(call: string): void;
}

export function useSupervising(
  desk: Desk,
  used: UsedPhone,
  filtered: boolean,
  doing: (work: Promise<unknown>) => void,
): Supervisor {
  const [wanted, setWanted] = useState<{ call: string; mode: Mode } | null>(null);
  const { phone, state } = used;
  const inCall = desk.cards.some((card) => card.seat === 'supervisor');
  const ready = inCall || state.stage === 'ready' || (state.stage === 'none' && desk.me.agent !== null);

  useEffect(() => {
    if (wanted === null || !ready) return;
    setWanted(null);
    const { call, mode } = wanted;
    if (!inCall && mode !== 'take_over') phone?.answer(filtered);
    const asked = ask<void>('POST', `/api/desk/live/${encodeURIComponent(call)}/supervise`, { mode });
    doing(
      asked.catch((error: Error) => {
        phone?.forget();
        throw error;
      }),
    );
  }, [wanted, ready, inCall, phone, filtered, doing]);

  const supervise = useCallback(
    (call: string, mode: Mode) => {
      if (desk.me.agent === null) doing(choosePresence('busy')); // makes this page a telephone, which no caller rings
      void phone?.prepare(filtered);
      setWanted({ call, mode });
    },
    [desk.me.agent, phone, filtered, doing],
  );
  const stop = useCallback(
    (call: string) => doing(ask<void>('POST', `/api/desk/live/${encodeURIComponent(call)}/stop`, {})),
    [doing],
  );
  return { supervise, stop };
}
