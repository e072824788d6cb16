/** Approved answers to what the caller said last, or to what the agent types: to be read out word for word, or said by the assistant. */

import { Button, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { Card, SaidForMe, Suggested, Suggestion } from '../app/api';
import { ask } from '../app/session';
import classes from './Suggestions.module.css';
import type { DeskAction } from './useDesk';

/** How long a character takes to be said, with the way there: until then it is not to be asked for again. */
const MS_A_CHARACTER = 70;
const WAY_MS = 3_000;

interface Props {
  card: Card;
  /** Changes whenever the caller has said something. */
  heard: string;
  onAct(what: DeskAction, body?: object): void;
}

export function Suggestions({ card, heard, onAct }: Props) {
  const [typed, setTyped] = useState('');
  const [words] = useDebouncedValue(typed.trim(), 300);
  const suggested = useSuggested(card, words, heard);
  const [open, setOpen] = useState<string | null>(null);
  const [saying, say] = useSaying(onAct);
  return (
    <section className={classes.section} aria-label="Approved answers">
      <div className={classes.head}>
        <h3 className={classes.title}>Approved answers</h3>
        <TextInput
          className={classes.search ?? ''}
          aria-label="Look an answer up"
          placeholder="Look one up"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          size="sm"
          radius="md"
        />
      </div>
      {suggested?.words && !typed && <p className={classes.words}>to “{suggested.words}”</p>}
      {suggested !== null && suggested.answers.length === 0 && <p className={classes.words}>None fits.</p>}
      <ul className={classes.answers}>
        {(suggested?.answers ?? []).map((each, place) => {
          const shown = open === each.id || (open === null && place === 0);
          return (
            <li key={each.id} className={classes.answer}>
              <UnstyledButton
                className={classes.name}
                aria-expanded={shown}
                onClick={() => setOpen(shown ? '' : each.id)}
              >
                {each.name}
              </UnstyledButton>
              {shown && (
                <div className={classes.shown}>
                  <p className={classes.text} lang={suggested?.language}>
                    {each.text}
                  </p>
                  {card.stage === 'bridged' && card.seat === 'first' && (
                    <Button
                      size="xs"
                      radius="xl"
                      variant="default"
                      disabled={saying !== null}
                      onClick={() => say(each, suggested?.language ?? card.language)}
                    >
                      {saying === each.id ? 'The assistant says it' : 'Let the assistant say it'}
                    </Button>
                  )}
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Which answer the assistant is saying now, and what makes it say one. */
function useSaying(onAct: Props['onAct']): [string | null, (answer: Suggestion, language: string) => void] {
  const [saying, setSaying] = useState<Suggestion | null>(null);
  useEffect(() => {
    if (saying === null) return;
    const over = setTimeout(() => setSaying(null), WAY_MS + saying.text.length * MS_A_CHARACTER);
    return () => clearTimeout(over);
  }, [saying]);
  return [
    saying?.id ?? null,
    (answer, language) => {
      const body: SaidForMe = { answer: answer.id, language };
      onAct('say', body);
      setSaying(answer);
    },
  ];
}

function useSuggested(card: Card, words: string, heard: string): Suggested | null {
  const [suggested, setSuggested] = useState<Suggested | null>(null);
  const path = `/api/desk/calls/${encodeURIComponent(card.call)}/${encodeURIComponent(card.transfer)}/answers`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again whenever the caller has said something
  useEffect(() => {
    let over = false;
    const query = words ? `?${new URLSearchParams({ words })}` : '';
    ask<Suggested>('GET', path + query).then(
      (found) => over || setSuggested(found),
      () => over || setSuggested(null),
    );
    return () => {
      over = true;
    };
  }, [path, words, heard]);
  return suggested;
}
