/** The server's clock, as often as a clock on the page changes. */

import { useEffect, useState } from 'react';

export function useNow(aheadMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return now + aheadMs;
}
