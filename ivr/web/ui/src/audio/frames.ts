/** Telephone frames: 20 ms, 160 samples at 8 000 Hz; and how they travel over the phone socket. */

export const RATE_HZ = 8_000;
export const FRAME_SAMPLES = 160;
export const FRAME_MS = 20;

/** Cuts a stream of samples into frames. */
export class Framer {
  private held = new Float32Array(0);

  push(samples: Float32Array): Float32Array[] {
    const all = new Float32Array(this.held.length + samples.length);
    all.set(this.held);
    all.set(samples, this.held.length);
    const frames: Float32Array[] = [];
    let start = 0;
    for (; start + FRAME_SAMPLES <= all.length; start += FRAME_SAMPLES) {
      frames.push(all.slice(start, start + FRAME_SAMPLES));
    }
    this.held = all.slice(start);
    return frames;
  }
}

/** One binary message of the phone socket: 4 bytes of tick, big-endian, then what is heard in it. */
export interface HeardFrame {
  tick: number;
  audio: Uint8Array<ArrayBuffer>;
}

/** Null for what is no such message. */
export function readFrame(message: ArrayBuffer): HeardFrame | null {
  if (message.byteLength !== 4 + FRAME_SAMPLES) return null;
  return { tick: new DataView(message).getUint32(0), audio: new Uint8Array(message.slice(4)) };
}
