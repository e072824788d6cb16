import { expect, test } from 'vitest';
import type { SettledDraft } from '../app/api';
import { outcomeOf } from './useDrafts';

const BY_BEN: SettledDraft = { call: 'CA1', request: 'a1', outcome: 'approved', by: 'Ben', mine: false };

test('who was second reads who was first', () => {
  expect(outcomeOf(BY_BEN)).toBe('Ben has approved the answer.');
  expect(outcomeOf({ ...BY_BEN, outcome: 'edited' })).toBe('Ben has approved the answer in other words.');
  expect(outcomeOf({ ...BY_BEN, outcome: 'refused' })).toBe('Ben has handed the caller over.');
});

test('who decided reads what the caller gets', () => {
  const mine = { ...BY_BEN, mine: true };
  expect(outcomeOf(mine)).toBe('Approved. The caller hears it now.');
  expect(outcomeOf({ ...mine, outcome: 'edited' })).toBe('The caller hears your words now.');
  expect(outcomeOf({ ...mine, outcome: 'refused' })).toBe('The caller is being brought to a person.');
});

test('what nobody decided is told too', () => {
  const nobody = { ...BY_BEN, by: '' };
  expect(outcomeOf({ ...nobody, outcome: 'late' })).toMatch(/time was over/);
  expect(outcomeOf({ ...nobody, outcome: 'dropped' })).toMatch(/waits for that answer no more/);
});
