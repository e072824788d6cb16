import { describe, expect, test } from 'vitest';
import { Resampler } from './resample';

function tone(hz: number, rateHz: number, seconds: number): Float32Array {
  return Float32Array.from(
    { length: rateHz * seconds },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / rateHz),
  );
}

function inBlocks(resampler: Resampler, samples: Float32Array, block: number): Float32Array {
  const parts: number[] = [];
  for (let start = 0; start < samples.length; start += block) {
    parts.push(...resampler.process(samples.subarray(start, start + block)));
  }
  return Float32Array.from(parts);
}

/** Amplitude of one frequency, away from the edges. */
function amplitude(samples: Float32Array, hz: number, rateHz: number): number {
  const inner = samples.subarray(400, samples.length - 400);
  const length = Math.floor(inner.length / rateHz / 0.02) * 0.02 * rateHz; // whole periods of every multiple of 50 Hz
  let re = 0;
  let im = 0;
  for (let i = 0; i < length; i++) {
    const angle = (2 * Math.PI * hz * i) / rateHz;
    re += (inner[i] as number) * Math.cos(angle);
    im += (inner[i] as number) * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / length;
}

describe('the resampler', () => {
  test.each([
    [48_000, 8_000],
    [44_100, 8_000],
    [16_000, 8_000],
    [8_000, 48_000],
    [8_000, 44_100],
  ])('keeps speech as it is from %i Hz to %i Hz', (from, to) => {
    for (const hz of [300, 1_000, 3_050]) {
      const out = inBlocks(new Resampler(from, to), tone(hz, from, 0.6), 128);
      expect(amplitude(out, hz, to)).toBeCloseTo(0.5, 2);
    }
  });

  test('lets nothing above the telephone band fold back into it', () => {
    const out = inBlocks(new Resampler(48_000, 8_000), tone(6_000, 48_000, 0.6), 128);
    expect(amplitude(out, 2_000, 8_000)).toBeLessThan(0.0005);
  });

  test('adds no images above the telephone band', () => {
    const out = inBlocks(new Resampler(8_000, 48_000), tone(1_000, 8_000, 0.6), 160);
    expect(amplitude(out, 7_000, 48_000)).toBeLessThan(0.0005);
  });

  test('gives the same in blocks of any size, and loses no time', () => {
    const samples = tone(440, 44_100, 1);
    const whole = inBlocks(new Resampler(44_100, 8_000), samples, samples.length);
    const parts = inBlocks(new Resampler(44_100, 8_000), samples, 37);
    expect(Math.abs(whole.length - 8_000)).toBeLessThan(20);
    expect(parts.length).toBe(whole.length);
    for (let i = 0; i < whole.length; i++) expect(parts[i]).toBeCloseTo(whole[i] as number, 5);
  });
});
