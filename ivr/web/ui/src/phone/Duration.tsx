/** How long the call has lasted. */

import { useEffect, useState } from 'react';
import type { Call } from './call';
import { clock } from './words';

export function Duration({ call }: { call: Call }) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  const counting = call.stage === 'talking';

  useEffect(() => {
    if (!counting) return;
    setNowMs(performance.now());
    const timer = setInterval(() => setNowMs(performance.now()), 250);
    return () => clearInterval(timer);
  }, [counting]);

  const ms = call.lastedMs ?? (counting && call.answeredMs !== null ? nowMs - call.answeredMs : null);
  if (ms === null) return null;
  return (
    <span role="timer" aria-label="Duration of the call">
      {clock(ms)}
    </span>
  );
}
