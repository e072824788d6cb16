/** The telephone in the page, for as long as the page is open. */

import { useEffect, useRef, useState } from 'react';
import { NO_PHONE, type PhoneState, Softphone } from './softphone';

export interface UsedPhone {
  state: PhoneState;
  phone: Softphone | null;
}

/** `address` is how the agent is rung; "" while they take no calls. */
export function useSoftphone(address: string): UsedPhone {
  const [state, setState] = useState<PhoneState>(NO_PHONE);
  const phone = useRef<Softphone | null>(null);

  useEffect(() => {
    if (!address) return;
    const mine = new Softphone(setState);
    phone.current = mine;
    void mine.connect();
    return () => mine.close();
  }, [address]);

  return { state: address ? state : { ...NO_PHONE, stage: 'none', why: 'no_agent' }, phone: phone.current };
}
