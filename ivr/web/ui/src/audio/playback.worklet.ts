/** The ear's end of the line: µ-law frames in, through the jitter buffer, to the loudspeaker; the level comes back. */

import { FRAME_SAMPLES, RATE_HZ } from './frames';
import { JitterBuffer } from './jitter';
import { levelDbfs } from './level';
import { decode } from './mulaw';
import { Resampler } from './resample';

class Playback extends AudioWorkletProcessor {
  private readonly jitter = new JitterBuffer();
  private readonly resampler = new Resampler(RATE_HZ, sampleRate);
  private readonly silence = new Float32Array(FRAME_SAMPLES);
  private ready = new Float32Array(0);

  constructor() {
    super();
    this.port.onmessage = (message: MessageEvent<Uint8Array>) => this.jitter.push(decode(message.data));
  }

  override process(_: Float32Array[][], outputs: Float32Array[][]): boolean {
    const channels = outputs[0] ?? [];
    const wanted = channels[0]?.length ?? 0;
    while (this.ready.length < wanted) {
      const frame = this.jitter.next() ?? this.silence;
      this.port.postMessage(levelDbfs(frame));
      const more = this.resampler.process(frame);
      const ready = new Float32Array(this.ready.length + more.length);
      ready.set(this.ready);
      ready.set(more, this.ready.length);
      this.ready = ready;
    }
    for (const channel of channels) channel.set(this.ready.subarray(0, wanted));
    this.ready = this.ready.slice(wanted);
    return true;
  }
}

registerProcessor('playback', Playback);
