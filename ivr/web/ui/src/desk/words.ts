/** What the desk says. */

import type { Card, Disposition, Presence, Risk, Stage, Watch } from '../app/api';

export const REASONS: Record<string, string> = {
  asked: 'Asked for a person',
  theft: 'Something was stolen',
  fraud: 'Possible fraud',
  account_access: 'Cannot get into the account',
  dispute: 'Disputes a charge',
  legal: 'A legal matter',
  complaint: 'A complaint',
  distress: 'In distress',
  danger: 'May be in danger',
  abuse: 'Abusive words',
  frustration: 'Frustrated',
  repetition: 'Had to repeat themselves',
  no_progress: 'Got no further',
  not_understood: 'Was not understood',
  language: 'Speaks another language',
  person_only: 'Only a person may do this',
  segment: 'To be served by a person',
};

export function reasonOf(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('_', ' ');
}

export const RISKS: Record<Risk, string> = { urgent: 'Urgent', soon: 'High risk', usual: 'Normal' };

export const PRESENCES: Record<Presence, string> = {
  available: 'Available',
  busy: 'Busy',
  wrap_up: 'Wrap-up',
  break: 'On a break',
  away: 'Away',
  offline: 'Offline',
};

export const STAGES: Record<Stage, string> = {
  queued: 'Waiting',
  ringing: 'Ringing',
  briefing: 'Your phone is answered',
  joining: 'Connecting',
  bridged: 'Talking',
  held: 'On hold',
  consulting: 'Consulting',
  returning: 'Going back to the assistant',
  wrap_up: 'Wrap-up',
  done: 'Done',
};

/** As a line in the transcript. */
export const HAPPENED: Partial<Record<Stage, string>> = {
  ringing: 'An agent was rung',
  bridged: 'Agent and caller are connected',
  held: 'Caller on hold',
  consulting: 'Consulting a colleague',
  returning: 'Back to the assistant',
  wrap_up: 'The conversation ended',
};

export const NOTICES: Record<string, string> = {
  taken: 'Somebody else has taken this call.',
  caller_gone: 'The caller hung up.',
  second_unreachable: 'Your colleague cannot be reached. You have the caller again.',
  hold_failed: 'The hold did not work. The caller hears you.',
  not_said: 'The assistant could not say it. Read it out yourself.',
  not_returned: 'The caller could not be handed back. You still have them.',
  taken_over: 'A supervisor has taken this call over.',
  part_failed: 'That did not work. Who hears you is as it was.',
};

/** Why a supervisor's telephone did not bring them into a call. */
export const NOT_RUNG: Record<string, string> = {
  no_answer: 'Your phone was not answered.',
  busy: 'Your phone is busy.',
  voicemail: 'A voicemail answered your phone.',
  failed: 'You could not be connected.',
};

/** A supervisor's part in a call, as a line in its transcript; null for what is not worth one. */
export function supervised(name: string, state: Watch, why: string): string | null {
  switch (state) {
    case 'dialling':
      return null;
    case 'listening':
      return `${name} listens`;
    case 'whispering':
      return `${name} speaks to the agent alone`;
    case 'joined':
      return `${name} has joined`;
    case 'off':
      return why === 'took over' ? `${name} has taken the call over` : `${name} is out of the call`;
  }
}

export const DISPOSITIONS: [Disposition, string][] = [
  ['solved', 'Solved'],
  ['call_back', 'We call back'],
  ['passed_on', 'Passed on'],
  ['not_solved', 'Not solved'],
  ['wrong_place', 'Wrong place'],
];

/** What came of an earlier call that no agent had. */
export const OUTCOMES: Record<string, string> = {
  answered: 'Answered by the assistant',
  refused: 'No answer was there',
  person_offered: 'A person was offered',
  transferred: 'Was with an agent',
  callback: 'A call back was agreed',
  voicemail: 'Left a message',
  abandoned: 'Hung up',
};

const NAMES = new Intl.DisplayNames(['en'], { type: 'language' });

export function languageOf(tag: string): string {
  try {
    return (tag && NAMES.of(tag)) || 'Unknown language';
  } catch {
    return tag;
  }
}

export function callerOf(card: Card): string {
  return card.caller ? spacedNumber(card.caller) : 'Number withheld';
}

/** In groups that the eye can take in; the first is the country's. */
export function spacedNumber(number: string): string {
  const northAmerican = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  if (northAmerican) return `+1 ${northAmerican.slice(1).join(' ')}`;
  return number.replace(/^(\+\d{2})(\d{3})(\d{3})(\d+)$/, '$1 $2 $3 $4');
}

/** 0:07, 12:40, 1:02:03. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts as [number, number, number];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
