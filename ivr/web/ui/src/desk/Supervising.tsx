/** A supervisor in a call that an agent has: who hears them, and what they may change about that. */

import { Button } from '@mantine/core';
import type { Card, Mode, Watch } from '../app/api';
import classes from './Supervising.module.css';

interface Props {
  card: Card;
  onMode(mode: Mode): void;
  onStop(): void;
}

const PARTS: readonly [Mode, Watch][] = [
  ['listen', 'listening'],
  ['whisper', 'whispering'],
  ['join', 'joined'],
];

export function Supervising({ card, onMode, onStop }: Props) {
  const { supervised } = card;
  if (supervised === null) return null;
  const { state, wanted } = supervised;
  const name = card.agent_name || 'the agent';
  if (state === 'off') return <p className={classes.heard}>You are out of this call.</p>;
  const names: Record<Mode, string> = {
    listen: 'Listening',
    whisper: `Whisper to ${name}`,
    join: 'Join',
    take_over: 'Take over',
  };
  return (
    <section className={classes.supervising} aria-label="Supervising">
      <p className={classes.heard} data-state={state} role="status">
        <strong>{state === 'joined' ? 'The caller hears you' : 'The caller does not hear you'}</strong>
        <span>{told(state, name)}</span>
      </p>
      <div className={classes.row}>
        {/* Buttons, not radios: arrow keys on their way through radios would let the caller hear somebody. */}
        <div className={classes.segments} role="group" aria-label="How you take part">
          {PARTS.map(([mode, is]) => (
            <button
              key={mode}
              type="button"
              className={classes.segment}
              aria-pressed={state === is}
              data-wanted={wanted === mode && state !== is}
              onClick={() => onMode(mode)}
            >
              {names[mode]}
            </button>
          ))}
          <button type="button" className={classes.segment} onClick={() => onMode('take_over')}>
            {names.take_over}
          </button>
        </div>
        <Button size="md" radius="lg" variant="light" color="red" onClick={onStop}>
          Stop
        </Button>
      </div>
    </section>
  );
}

function told(state: Watch, name: string): string {
  switch (state) {
    case 'dialling':
      return 'Your phone is called.';
    case 'whispering':
      return `${name} hears you.`;
    case 'joined':
      return `${name} hears you too.`;
    default:
      return `${name} does not hear you either.`;
  }
}
