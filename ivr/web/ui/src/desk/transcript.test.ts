import { expect, test } from 'vitest';
import { type DeskTold, NOTHING, rows, tell } from './transcript';

const SAID: DeskTold[] = [
  { seq: 1, kind: 'caller', id: 'u1', text: 'my card was stolen', language: 'en' },
  { seq: 2, kind: 'assistant', id: 'p1', text: 'I am connecting you.', language: 'en', purpose: 'offer' },
  { seq: 3, kind: 'heard', id: 'p1' },
  { seq: 4, kind: 'stage', stage: 'ringing', why: 'reserved' },
  { seq: 5, kind: 'caller', id: 'u2', text: 'hello?', language: 'en' },
  { seq: 6, kind: 'wrong', id: 'p1', why: '' },
];

test('stages stand between the words where they happened', () => {
  const read = rows(SAID.reduce(tell, NOTHING)).map((row) => (row.side === 'stage' ? row.stage : row.id));
  expect(read).toEqual(['u1', 'p1', 'ringing', 'u2']);
});

test('what was told before a connection broke changes nothing when it is told again', () => {
  const once = SAID.reduce(tell, NOTHING);
  expect(SAID.reduce(tell, once)).toEqual(once);
});

test('a mark is kept with what it marks, and stages nobody asks for are left out', () => {
  const marked = [...SAID, { seq: 7, kind: 'stage', stage: 'briefing', why: '' } satisfies DeskTold].reduce(
    tell,
    NOTHING,
  );
  expect(marked.wrong).toEqual(['p1']);
  expect(rows(marked).filter((row) => row.side === 'stage')).toHaveLength(1);
});
