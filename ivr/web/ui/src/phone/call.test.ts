import { describe, expect, test } from 'vitest';
import { type Call, type CallEvent, NO_CALL, step } from './call';
import { clock, spaced, stateOf } from './words';

const DIALLED: CallEvent = { kind: 'dialled' };
const HEARD: CallEvent = { kind: 'microphone', microphone: 'on' };
const ANSWERED: CallEvent = { kind: 'answered', atMs: 1_000 };
const hungUp = (reason: 'caller' | 'far-end' | 'lost' | 'error', atMs = 62_000): CallEvent => ({
  kind: 'ended',
  end: { reason, status: 'completed' },
  atMs,
});

function having(...events: CallEvent[]): Call {
  return events.reduce(step, NO_CALL);
}

describe('a call', () => {
  test('goes from the button to the talk and to its end', () => {
    const stages = [DIALLED, HEARD, { kind: 'ringing' } as const, ANSWERED, hungUp('caller')].map(
      (_, count, all) => having(...all.slice(0, count + 1)).stage,
    );
    expect(stages).toEqual(['asking', 'connecting', 'ringing', 'talking', 'ended']);
  });

  test('has lasted from the answer on', () => {
    expect(having(DIALLED, HEARD, ANSWERED, hungUp('far-end')).lastedMs).toBe(61_000);
    expect(having(DIALLED, HEARD, hungUp('caller')).lastedMs).toBeNull();
  });

  test('tells a lost line and a failed call from one that somebody ended', () => {
    expect(having(DIALLED, HEARD, ANSWERED, hungUp('lost')).trouble).toBe('lost');
    expect(having(DIALLED, HEARD, hungUp('error')).trouble).toBe('failed');
    expect(stateOf(having(DIALLED, HEARD, ANSWERED, hungUp('caller')))).toBe('You hung up');
    expect(stateOf(having(DIALLED, HEARD, ANSWERED, hungUp('far-end')))).toBe('The assistant ended the call');
  });

  test('goes on without a microphone', () => {
    const call = having(DIALLED, { kind: 'microphone', microphone: 'refused' }, ANSWERED);
    expect([call.stage, call.microphone]).toEqual(['talking', 'refused']);
  });

  test('is not changed by what comes after its end', () => {
    const ended = having(DIALLED, HEARD, ANSWERED, hungUp('caller'));
    for (const late of [HEARD, ANSWERED, hungUp('lost'), { kind: 'failed', trouble: 'server' } as const]) {
      expect(step(ended, late)).toBe(ended);
    }
  });

  test('begins anew with the next', () => {
    expect(having(DIALLED, HEARD, ANSWERED, hungUp('lost'), DIALLED)).toEqual({
      ...NO_CALL,
      stage: 'asking',
    });
  });
});

test.each([
  [0, '0:00'],
  [59_999, '0:59'],
  [61_000, '1:01'],
  [3_600_000, '60:00'],
])('%i ms are %s on the clock', (ms, shown) => expect(clock(ms)).toBe(shown));

test('a number is spaced as it is read', () => {
  expect(spaced('+12025550100')).toBe('+1 202 555 0100');
  expect(spaced('+442079460018')).toBe('+442079460018');
});
