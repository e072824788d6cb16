/** G.711 µ-law, as telephone lines carry it. Samples are floats in -1..1. Source: ITU-T G.711. */

const BIAS = 132;
const CLIP = 32_635;

/** Telephone silence. */
export const SILENCE = 0xff;

const LEVELS = new Float32Array(256);
for (let code = 0; code < 256; code++) {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 0x0f) << 3) + BIAS) << ((bits >> 4) & 0x07);
  LEVELS[code] = ((bits & 0x80 ? BIAS - magnitude : magnitude - BIAS) as number) / 32_768;
}

/** One sample to its code. What is louder than full scale is clipped. */
export function encodeSample(sample: number): number {
  let value = Math.round(sample * 32_768);
  const sign = value < 0 ? 0x80 : 0;
  value = Math.min(Math.abs(value), CLIP) + BIAS;
  const exponent = 31 - Math.clz32(value) - 7;
  const mantissa = (value >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

export function encode(samples: Float32Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(samples, encodeSample);
}

export function decode(codes: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(codes, (code) => LEVELS[code] as number);
}
