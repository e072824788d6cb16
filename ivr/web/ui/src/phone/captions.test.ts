import { describe, expect, test } from 'vitest';
import { type Captions, hear, NOTHING_SAID, shown, type Told } from './captions';

let seq = 0;
const prompt = (id: string, text = id): Told => ({
  seq: ++seq,
  kind: 'assistant',
  id,
  text,
  language: 'en',
  purpose: 'answer',
});
const caller = (text: string): Told => ({ seq: ++seq, kind: 'caller', id: `u${seq}`, text, language: 'en' });
const heard = (id: string): Told => ({ seq: ++seq, kind: 'heard', id });

function having(...told: Told[]): Captions {
  return told.reduce(hear, NOTHING_SAID);
}

function words(captions: Captions): string[] {
  return shown(captions).map((item) =>
    item.side === 'caller' || item.side === 'assistant' || item.side === 'agent'
      ? `${item.side}: ${item.text}`
      : item.side === 'keys'
        ? `keys: ${item.keys}`
        : `note: ${item.note}`,
  );
}

describe('captions', () => {
  test('tell caller and agent apart while they speak with each other', () => {
    const room = (speaker: 'caller' | 'agent', text: string): Told => ({
      seq: ++seq,
      kind: 'room',
      speaker,
      name: speaker === 'agent' ? 'Ana' : '',
      text,
      language: 'en',
    });
    expect(words(having(caller('a person please'), room('agent', 'Hello.'), room('caller', 'Hi.')))).toEqual([
      'caller: a person please',
      'agent: Hello.',
      'caller: Hi.',
    ]);
  });

  test('show a prompt when its turn comes', () => {
    const both = [prompt('Hello.'), prompt('How can I help?')];
    expect(words(having(...both))).toEqual(['assistant: Hello.']);
    expect(words(having(...both, heard('Hello.')))).toEqual([
      'assistant: Hello.',
      'assistant: How can I help?',
    ]);
  });

  test('tell of a cut prompt only what was heard, and nothing of one that never began', () => {
    const cut: Told = { seq: ++seq, kind: 'cut', id: 'p1', heard: 'We open at', fraction: 0.5 };
    const told = having(prompt('p1', 'We open at nine.'), { ...cut, seq: ++seq }, caller('Thanks.'));
    expect(words(told)).toEqual(['assistant: We open at', 'caller: Thanks.']);
    const unheard = having(prompt('p2', 'Anything else?'), { ...cut, seq: ++seq, id: 'p2', heard: '' });
    expect(words(unheard)).toEqual([]);
  });

  test('put both sides in the order in which they spoke', () => {
    const told = having(prompt('Hello.'), heard('Hello.'), caller('When are you open?'), prompt('At nine.'));
    expect(words(told)).toEqual(['assistant: Hello.', 'caller: When are you open?', 'assistant: At nine.']);
  });

  test('gather keys that follow one another', () => {
    const key = (name: string): Told => ({ seq: ++seq, kind: 'key', key: name });
    expect(words(having(key('•'), key('•'), caller('hm'), key('0')))).toEqual([
      'keys: ••',
      'caller: hm',
      'keys: 0',
    ]);
  });

  test('say how long the caller waited, at the prompt that was waited for', () => {
    const timed: Told = {
      seq: ++seq + 1,
      kind: 'timed',
      id: 'a1',
      voice_to_voice_ms: 640,
      stages_ms: { endpoint: 520, speech: 40 },
    };
    const told = having(prompt('a1'), { ...timed, seq: ++seq });
    expect(told.timing).toEqual({ tookMs: 640, stagesMs: { endpoint: 520, speech: 40 } });
    expect(shown(told)[0]).toMatchObject({ tookMs: 640 });
  });

  test('are the same when the server tells everything again', () => {
    const told = [prompt('Hello.'), caller('Hi.'), heard('Hello.')];
    const once = having(...told);
    expect(having(...told, ...told)).toEqual(once);
  });

  test('do not show what was never spoken when the call ends', () => {
    const ended: Told = { seq: ++seq + 3, kind: 'ended', by: 'caller' };
    const told = having(prompt('Hello.'), prompt('How can I help?'), { ...ended, seq: ++seq });
    expect(words(told)).toEqual(['assistant: Hello.']);
    expect(told.over).toBe(true);
  });

  test('mention a broken line only when the call goes on', () => {
    const broken = [prompt('Hello.'), { seq: ++seq, kind: 'interrupted' } as Told];
    expect(words(having(...broken))).toEqual(['assistant: Hello.']);
    const resumed: Told = { seq: ++seq, kind: 'resumed' };
    expect(words(having(...broken, resumed))).toEqual(['assistant: Hello.', 'note: resumed']);
  });

  test('go on when a later server tells something new', () => {
    const unknown = { seq: ++seq, kind: 'weather' } as unknown as Told;
    expect(words(having(unknown, caller('Hi.')))).toEqual(['caller: Hi.']);
  });
});
