import { describe, expect, test } from 'vitest';
import { decode, encode, encodeSample, SILENCE } from './mulaw';

const CODES = Uint8Array.from({ length: 256 }, (_, code) => code);

describe('µ-law', () => {
  test('reads the codes of G.711 as their levels', () => {
    const levels = decode(Uint8Array.of(0x00, 0x80, 0x0f, 0x8f, 0x7e, 0xfe, 0x7f, 0xff));
    expect([...levels].map((level) => Math.round(level * 32_768))).toEqual([
      -32_124, 32_124, -16_764, 16_764, -8, 8, 0, 0,
    ]);
  });

  test('writes every code that it reads', () => {
    const again = encode(decode(CODES));
    // Both zeros are written as the positive one.
    expect([...again]).toEqual([...CODES].map((code) => (code === 0x7f ? 0xff : code)));
  });

  test('is silent at zero and clips what is too loud', () => {
    expect(encodeSample(0)).toBe(SILENCE);
    expect(encodeSample(3)).toBe(0x80);
    expect(encodeSample(-3)).toBe(0x00);
  });

  test('is off by no more than half a step of its segment', () => {
    for (let sample = -0.98; sample <= 0.98; sample += 0.000_37) {
      const [read] = decode(Uint8Array.of(encodeSample(sample)));
      const halfStep = Math.abs(sample) / 32 + 5 / 32_768;
      expect(Math.abs((read as number) - sample)).toBeLessThanOrEqual(halfStep);
    }
  });
});
