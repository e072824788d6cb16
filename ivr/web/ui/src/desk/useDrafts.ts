/** Answers that wait to be looked at: the one that is due first, and what became of those that are gone. */

import { useEffect, useState } from 'react';
import type { Desk, Draft, SettledDraft } from '../app/api';
import { ask } from '../app/session';
import type { UsedPhone } from './useSoftphone';

/** How long it is told what became of one. */
const TOLD_MS = 8_000;

export interface Drafts {
  /** The one to look at now. */
  first: Draft | null;
  more: number;
  /** Of the one shown last; "" once that was told. */
  became: string;
}

/** Decide about a draft. Throws Refused: somebody else was first, for one. */
export function decide(draft: Draft, what: 'approve' | 'refuse', body: object): Promise<void> {
  const path = `/api/desk/drafts/${encodeURIComponent(draft.call)}/${encodeURIComponent(draft.request)}/${what}`;
  return ask<void>('POST', path, body);
}

export function idOf(draft: Draft | SettledDraft): string {
  return `${draft.call} ${draft.request}`;
}

export function useDrafts(desk: Desk, { phone }: UsedPhone): Drafts {
  const [shown, setShown] = useState('');
  const [became, setBecame] = useState('');
  // The one that is being looked at stays, whatever comes in: nobody's words are taken from under their hands.
  const first = desk.drafts.find((each) => idOf(each) === shown) ?? desk.drafts[0] ?? null;
  const now = first === null ? '' : idOf(first);

  useEffect(() => {
    if (now === shown) return;
    const over = desk.settled.findLast((each) => idOf(each) === shown);
    if (over) setBecame(outcomeOf(over));
    setShown(now);
  }, [now, shown, desk.settled]);

  useEffect(() => {
    if (!became) return;
    const over = setTimeout(() => setBecame(''), TOLD_MS);
    return () => clearTimeout(over);
  }, [became]);

  const question = first?.question ?? '';
  useEffect(() => {
    if (!now) return;
    phone?.ringer.chime();
    if (!document.hidden || typeof Notification === 'undefined' || Notification.permission !== 'granted')
      return;
    const told = new Notification('An answer waits for you', { body: question, tag: 'draft', silent: true });
    told.onclick = () => window.focus();
    return () => told.close();
  }, [now, question, phone]);

  return { first, more: Math.max(0, desk.drafts.length - 1), became };
}

/** What became of a draft, as a sentence. */
export function outcomeOf({ outcome, by, mine }: SettledDraft): string {
  switch (outcome) {
    case 'approved':
      return mine ? 'Approved. The caller hears it now.' : `${by} has approved the answer.`;
    case 'edited':
      return mine ? 'The caller hears your words now.' : `${by} has approved the answer in other words.`;
    case 'refused':
      return mine ? 'The caller is being brought to a person.' : `${by} has handed the caller over.`;
    case 'late':
      return 'The time was over: the caller is being brought to a person.';
    case 'dropped':
      return 'The caller waits for that answer no more.';
  }
}
