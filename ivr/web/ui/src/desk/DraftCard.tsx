/** An answer that a caller waits for: a person looks at it, changes it where that is due, and lets it be spoken. */

import { Button, Textarea } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import type { Approved, Draft, Refused } from '../app/api';
import classes from './DraftCard.module.css';
import { CheckIcon, HeadsetIcon } from './icons';
import { decide } from './useDrafts';
import { clock, languageOf, spacedNumber } from './words';

interface Props {
  draft: Draft;
  /** How many wait besides. */
  more: number;
  /** There is no call beside it. */
  alone: boolean;
  nowMs: number;
  doing(work: Promise<unknown>): void;
}

/** From here on the time is shown to be short. */
const SHORT_MS = 6_000;

export function DraftCard({ draft, more, alone, nowMs, doing }: Props) {
  const [text, setText] = useState(draft.text);
  const [sent, setSent] = useState(false);
  const card = useRef<HTMLElement>(null);
  const title = useId();
  const leftMs = Math.max(0, draft.until_ms - nowMs);
  const share = leftMs / (draft.until_ms - draft.since_ms);
  const edited = text.trim() !== draft.text;

  const send = (what: 'approve' | 'refuse', body: object): void => {
    setSent(true);
    doing(decide(draft, what, body).finally(() => setSent(false)));
  };
  const approve = (): void => {
    const body: Approved = { text: edited ? text : null };
    if (!sent && text.trim()) send('approve', body);
  };

  // Where nobody is typing, the keys are about this; what is being written elsewhere stays in hand.
  useEffect(() => {
    if (document.activeElement === document.body) card.current?.focus({ preventScroll: true });
  }, []);
  useControlEnter(card, approve);

  return (
    <section
      ref={card}
      className={classes.card}
      data-alone={alone}
      aria-labelledby={title}
      tabIndex={-1}
      data-short={leftMs < SHORT_MS}
    >
      <div className={classes.bar} aria-hidden="true">
        <span style={{ transform: `scaleX(${share})` }} />
      </div>
      <header className={classes.head}>
        <div className={classes.first}>
          <h2 id={title} className={classes.stage}>
            <span className={classes.dot} />
            Answer waiting for you
          </h2>
          <span className={classes.language}>{languageOf(draft.language)}</span>
          {more > 0 && <span className={classes.more}>{more} more after this</span>}
          <p className={classes.clock} role="timer" aria-label="Time left">
            {clock(leftMs + 999)}
          </p>
        </div>
        <p className={classes.asks}>
          {draft.caller ? `${spacedNumber(draft.caller)} asks` : 'The caller asks'}
          {draft.topic && ` about ${draft.topic.replaceAll('-', ' ')}`}
        </p>
        <p className={classes.question} lang={draft.language}>
          {draft.question ? `“${draft.question}”` : 'Their words are not known here.'}
        </p>
      </header>
      <div className={classes.body}>
        <Textarea
          label="The assistant would say"
          description="What you change is spoken as you write it."
          lang={draft.language}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={1_000}
          autosize
          minRows={2}
          maxRows={7}
          radius="lg"
          size="md"
          classNames={{ label: classes.label ?? '', input: classes.words ?? '' }}
        />
        <div className={classes.actions} role="group" aria-label="Decide">
          <Button
            size="md"
            radius="lg"
            color="green.9"
            className={classes.approve ?? ''}
            leftSection={<CheckIcon />}
            rightSection={<kbd>Ctrl Enter</kbd>}
            disabled={sent || !text.trim()}
            onClick={approve}
          >
            {edited ? 'Approve edited' : 'Approve'}
          </Button>
          {edited && (
            <Button size="md" radius="lg" variant="subtle" color="gray" onClick={() => setText(draft.text)}>
              Undo changes
            </Button>
          )}
          <Button
            size="md"
            radius="lg"
            variant="default"
            className={classes.refuse ?? ''}
            leftSection={<HeadsetIcon />}
            disabled={sent}
            onClick={() => send('refuse', { why: '' } satisfies Refused)}
          >
            Hand over to a person
          </Button>
        </div>
        {draft.sources.length > 0 && (
          <section className={classes.sources} aria-label="What it stands on">
            <h3 className={classes.sourcesTitle}>What it stands on</h3>
            <ul>
              {draft.sources.map((each) => (
                <li key={each.id}>
                  <p className={classes.source}>{each.title}</p>
                  <p className={classes.passage} lang={draft.language}>
                    {each.text || 'It is in use no more.'}
                  </p>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </section>
  );
}

/** Ctrl+Enter, or ⌘Enter, from inside the card or from nowhere: never out of a note about another call. */
function useControlEnter(card: React.RefObject<HTMLElement | null>, act: () => void): void {
  const now = useRef(act);
  now.current = act;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const wanted = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat;
      const here = document.activeElement === document.body || card.current?.contains(document.activeElement);
      if (wanted && here) {
        event.preventDefault();
        now.current();
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [card]);
}
