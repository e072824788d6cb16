/** The twelve keys, by mouse, touch, and the keyboard's own keys wherever the focus is. */

import { VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import classes from './Keypad.module.css';

const KEYS: [key: string, letters: string, spoken?: string][] = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', '', 'star'],
  ['0', '+'],
  ['#', '', 'hash'],
];
const SHOWN_DOWN_MS = 140;

export function Keypad({ live, onPress }: { live: boolean; onPress(key: string): void }) {
  const [down, setDown] = useState<string | null>(null);

  useEffect(() => {
    if (!live) return;
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
      if (!KEYS.some(([key]) => key === event.key)) return;
      onPress(event.key);
      setDown(event.key);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [live, onPress]);

  useEffect(() => {
    if (down === null) return;
    const timer = setTimeout(() => setDown(null), SHOWN_DOWN_MS);
    return () => clearTimeout(timer);
  }, [down]);

  return (
    <fieldset className={classes.keypad} aria-label="Keypad">
      {KEYS.map(([key, letters, spoken]) => (
        <button
          key={key}
          type="button"
          className={classes.key}
          disabled={!live}
          data-down={down === key}
          onClick={() => onPress(key)}
        >
          <span className={classes.digit} aria-hidden={spoken !== undefined}>
            {key === '*' ? '∗' : key}
          </span>
          {spoken && <VisuallyHidden>{spoken}</VisuallyHidden>}
          <span className={classes.letters} aria-hidden="true">
            {letters}
          </span>
        </button>
      ))}
    </fieldset>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
