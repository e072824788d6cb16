/** A streaming resampler between any two rates: a windowed sinc, read from a table, interpolated between its entries. */

const ZERO_CROSSINGS = 16;
const STEPS = 512; // table entries an input sample
const PASSBAND = 0.92; // of the narrower side's bandwidth: leaves room for the filter to fall
const KAISER_BETA = 8; // images and aliases about 80 dB down

export class Resampler {
  private readonly halfWidth: number; // of the filter, in input samples
  private readonly advance: number; // input samples an output sample
  private readonly table: Float64Array;
  private held: Float32Array<ArrayBuffer>;
  private position: number; // of the next output sample, in held samples

  constructor(fromHz: number, toHz: number) {
    const cutoff = (Math.min(1, toHz / fromHz) * PASSBAND) / 2; // in cycles an input sample
    this.advance = fromHz / toHz;
    this.halfWidth = Math.ceil(ZERO_CROSSINGS / (2 * cutoff));
    this.table = new Float64Array(this.halfWidth * STEPS + 2);
    for (let step = 0; step < this.table.length; step++) {
      this.table[step] = kernel(step / STEPS, cutoff, this.halfWidth);
    }
    this.held = new Float32Array(this.halfWidth);
    this.position = this.halfWidth;
  }

  /** The output that `input` completes; the filter holds back half its width. */
  process(input: Float32Array): Float32Array<ArrayBuffer> {
    const held = new Float32Array(this.held.length + input.length);
    held.set(this.held);
    held.set(input, this.held.length);
    const count = Math.max(0, Math.ceil((held.length - this.halfWidth - this.position) / this.advance));
    const output = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      output[index] = this.at(held, this.position + index * this.advance);
    }
    this.position += count * this.advance;
    const done = Math.max(0, Math.floor(this.position) - this.halfWidth);
    this.held = held.slice(done);
    this.position -= done;
    return output;
  }

  private at(held: Float32Array, position: number): number {
    const first = Math.max(0, Math.ceil(position - this.halfWidth));
    const last = Math.min(held.length - 1, Math.floor(position + this.halfWidth));
    let sum = 0;
    for (let index = first; index <= last; index++) {
      const place = Math.abs(position - index) * STEPS;
      const entry = Math.floor(place);
      const low = this.table[entry] as number;
      const high = this.table[entry + 1] as number;
      sum += (held[index] as number) * (low + (high - low) * (place - entry));
    }
    return sum;
  }
}

function kernel(distance: number, cutoff: number, halfWidth: number): number {
  if (distance >= halfWidth) return 0;
  const x = 2 * Math.PI * cutoff * distance;
  const sinc = x === 0 ? 1 : Math.sin(x) / x;
  const window = bessel(KAISER_BETA * Math.sqrt(1 - (distance / halfWidth) ** 2)) / bessel(KAISER_BETA);
  return 2 * cutoff * sinc * window;
}

/** The modified Bessel function of order 0. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
