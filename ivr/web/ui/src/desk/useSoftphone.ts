/** The telephone in the page, for as long as the page is open. */

import { useEffect, useRef, useState } from 'react';
import { NO_PHONE, type PhoneState, Softphone } from './softphone';

export interface UsedPhone {
  state: PhoneState;
  phone: Softphone | null;
}

/** `address` is how the agent is rung: `client:…` is this page, another is a telephone of their own, "" is none yet. */
export function useSoftphone(address: string): UsedPhone {
  const [state, setState] = useState<PhoneState>(NO_PHONE);
  const phone = useRef<Softphone | null>(null);

  const here = address.startsWith('client:');

  useEffect(() => {
    if (!here) return;
    const mine = new Softphone(setState);
    phone.current = mine;
    void mine.connect();
    return () => mine.close();
  }, [here]);

  if (here) return { state, phone: phone.current };
  return { state: { ...NO_PHONE, stage: 'none', why: address ? 'other_phone' : 'no_agent' }, phone: null };
}
