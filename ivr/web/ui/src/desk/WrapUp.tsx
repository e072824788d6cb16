/** After the call: what came of it, in one choice and a few words. */

import { Button, Radio, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Card, Disposition } from '../app/api';
import classes from './WrapUp.module.css';
import { clock, DISPOSITIONS } from './words';

interface Props {
  card: Card;
  nowMs: number;
  onSave(body: { disposition: Disposition; note: string }): void;
}

export function WrapUp({ card, nowMs, onSave }: Props) {
  const [disposition, setDisposition] = useState<string>('');
  const [note, setNote] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const left = card.until_ms === null ? null : card.until_ms - nowMs;

  useEffect(() => {
    if (document.activeElement === document.body) form.current?.querySelector('input')?.focus();
  }, []);

  return (
    <form
      ref={form}
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (disposition) onSave({ disposition: disposition as Disposition, note });
      }}
    >
      <Radio.Group
        label="What came of it?"
        value={disposition}
        onChange={setDisposition}
        classNames={{ label: classes.label ?? '' }}
      >
        <div className={classes.choices}>
          {DISPOSITIONS.map(([value, label]) => (
            <Radio.Card key={value} value={value} radius="lg" className={classes.choice ?? ''}>
              <Radio.Indicator size="sm" />
              <span>{label}</span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <Textarea
        label="Note"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={2_000}
        autosize
        minRows={3}
        maxRows={8}
        radius="lg"
        size="md"
        classNames={{ label: classes.label ?? '' }}
      />
      <div className={classes.end}>
        <Button type="submit" size="md" radius="lg" disabled={!disposition}>
          Save and be free
        </Button>
        {left !== null && (
          <p className={classes.left} role="timer">
            {left > 0 ? `Next call in ${clock(left)} at the latest` : 'The next call may come'}
          </p>
        )}
      </div>
    </form>
  );
}
