/** The microphone's end of the line: samples of the sound card in, µ-law frames and their level out. */

import { Framer, RATE_HZ } from './frames';
import { levelDbfs } from './level';
import { encode } from './mulaw';
import { Resampler } from './resample';

export interface CapturedFrame {
  frame: Uint8Array<ArrayBuffer>;
  dbfs: number;
}

class Capture extends AudioWorkletProcessor {
  private readonly resampler = new Resampler(sampleRate, RATE_HZ);
  private readonly framer = new Framer();

  override process(inputs: Float32Array[][]): boolean {
    const channels = inputs[0] ?? [];
    const mono = mixed(channels);
    if (mono === null) return true;
    for (const samples of this.framer.push(this.resampler.process(mono))) {
      const captured: CapturedFrame = { frame: encode(samples), dbfs: levelDbfs(samples) };
      this.port.postMessage(captured, [captured.frame.buffer]);
    }
    return true;
  }
}

function mixed(channels: Float32Array[]): Float32Array | null {
  const first = channels[0];
  if (first === undefined || channels.length === 1) return first ?? null;
  const mono = new Float32Array(first.length);
  for (const channel of channels) {
    for (let index = 0; index < mono.length; index++) {
      mono[index] = (mono[index] as number) + (channel[index] as number) / channels.length;
    }
  }
  return mono;
}

registerProcessor('capture', Capture);
