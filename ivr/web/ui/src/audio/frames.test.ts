import { describe, expect, test } from 'vitest';
import { FRAME_SAMPLES, Framer, readFrame } from './frames';
import { JitterBuffer, LONGEST, RELAXED, TARGET } from './jitter';
import { FLOOR_DBFS, levelDbfs, meterFill } from './level';
import * as mouth from './mouth';
import { SILENCE } from './mulaw';

const loud = (level = 0.5) => new Float32Array(FRAME_SAMPLES).fill(level);
const silent = () => new Float32Array(FRAME_SAMPLES);

describe('framing', () => {
  test('cuts blocks of any size into frames of 20 ms, in order', () => {
    const framer = new Framer();
    const samples = Float32Array.from({ length: 1_000 }, (_, index) => index);
    const frames: Float32Array[] = [];
    for (let start = 0; start < samples.length; start += 21) {
      frames.push(...framer.push(samples.subarray(start, start + 21)));
    }
    expect(frames.map((frame) => frame.length)).toEqual(Array(6).fill(FRAME_SAMPLES));
    expect(frames.flatMap((frame) => [...frame])).toEqual([...samples.subarray(0, 960)]);
  });

  test('reads the tick and the audio of a binary message', () => {
    const message = new Uint8Array([0, 1, 2, 3, ...Array(FRAME_SAMPLES).fill(0x42)]).buffer;
    const frame = readFrame(message);
    expect(frame?.tick).toBe(0x010203);
    expect([...(frame?.audio ?? [])]).toEqual(Array(FRAME_SAMPLES).fill(0x42));
  });

  test.each([0, 4, 163, 165])('takes %i bytes for no frame', (length) => {
    expect(readFrame(new ArrayBuffer(length))).toBeNull();
  });
});

describe('the jitter buffer', () => {
  test('waits for a few frames before it plays, then plays them in order', () => {
    const buffer = new JitterBuffer();
    for (let count = 1; count < TARGET; count++) {
      buffer.push(loud(count / 10));
      expect(buffer.next()).toBeNull();
    }
    buffer.push(loud(TARGET / 10));
    for (let count = 1; count <= TARGET; count++) expect(buffer.next()?.[0]).toBeCloseTo(count / 10);
  });

  test('gathers anew after it ran dry', () => {
    const buffer = new JitterBuffer();
    for (let count = 0; count < TARGET; count++) buffer.push(loud());
    for (let count = 0; count < TARGET; count++) buffer.next();
    expect(buffer.next()).toBeNull();
    buffer.push(loud());
    expect(buffer.next()).toBeNull();
  });

  test('catches up in silence, and never in the middle of a word', () => {
    const buffer = new JitterBuffer();
    for (let count = 0; count < RELAXED + 4; count++) buffer.push(silent());
    buffer.next();
    expect(buffer.waiting).toBe(RELAXED - 1);
    const speaking = new JitterBuffer();
    for (let count = 0; count < RELAXED + 4; count++) speaking.push(loud());
    speaking.next();
    expect(speaking.waiting).toBe(RELAXED + 3);
  });

  test('does not play what is far too late', () => {
    const buffer = new JitterBuffer();
    for (let count = 0; count <= LONGEST; count++) buffer.push(loud(count / 100));
    expect(buffer.waiting).toBe(TARGET);
    expect(buffer.next()?.[0]).toBeCloseTo((LONGEST - TARGET + 1) / 100);
  });
});

describe('the mouth', () => {
  const frame = () => new Uint8Array(FRAME_SAMPLES).fill(1);

  test('sends a short cushion of silence first', () => {
    const sent = new mouth.Mouth().take(frame(), false);
    expect(sent.map((each) => each[0])).toEqual([...Array(mouth.CUSHION).fill(SILENCE), 1]);
  });

  test('sends every frame while the exchange keeps up', () => {
    const keeping = new mouth.Mouth();
    let sent = 0;
    for (let count = 0; count < 500; count++) {
      sent += keeping.take(frame(), count % 2 === 0).length;
      keeping.tick();
    }
    expect(sent).toBe(500 + mouth.CUSHION);
    expect(keeping.waiting).toBe(mouth.CUSHION);
  });

  test('leaves out silence when frames pile up, and speech only when far too many do', () => {
    const late = new mouth.Mouth();
    while (late.waiting < mouth.RELAXED) late.take(frame(), false);
    expect(late.take(frame(), true)).toEqual([]);
    expect(late.take(frame(), false)).toHaveLength(1);
    while (late.waiting < mouth.LONGEST) late.take(frame(), false);
    expect(late.take(frame(), false)).toEqual([]);
    late.tick();
    expect(late.take(frame(), false)).toHaveLength(1);
  });
});

describe('levels', () => {
  test('are in dB below full scale, not below the floor', () => {
    expect(levelDbfs(loud(1))).toBeCloseTo(0);
    expect(levelDbfs(loud(0.1))).toBeCloseTo(-20);
    expect(levelDbfs(silent())).toBe(FLOOR_DBFS);
    expect(levelDbfs(new Float32Array(0))).toBe(FLOOR_DBFS);
  });

  test('fill a meter from nothing to all of it', () => {
    expect([FLOOR_DBFS - 9, FLOOR_DBFS, 0].map(meterFill)).toEqual([0, 0, 1]);
  });
});
