/** Function keys do what matters most in a call, wherever the focus is. They are no characters, so they type nothing. */

import { useEffect, useRef } from 'react';

export type Keys = Partial<Record<'F2' | 'F8' | 'F9', () => void>>;

export function useKeys(keys: Keys): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const act = now.current[event.key as keyof Keys];
      if (act) {
        event.preventDefault();
        act();
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
