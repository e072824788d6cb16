/** Microphone and loudspeaker of one call. The work on samples happens in the two worklets, off the page's own thread. */

import type { CapturedFrame } from './capture.worklet';
import captureUrl from './capture.worklet.ts?worker&url';
import { FLOOR_DBFS } from './level';
import playbackUrl from './playback.worklet.ts?worker&url';

/** What became of the wish for a microphone. */
export type Microphone = 'on' | 'refused' | 'missing' | 'insecure' | 'failed';

/** The two tones of each key, in Hz. Source: ITU-T Q.23. */
const LOW_HZ = [697, 770, 852, 941];
const HIGH_HZ = [1209, 1336, 1477];
const KEYS = '123456789*0#';
const KEY_TONE_S = 0.09;

export class Sound {
  /** Levels of the latest frames, in dB below full scale: read by the meters as often as they draw. */
  readonly levels = { microphone: FLOOR_DBFS, line: FLOOR_DBFS };
  onFrame: (captured: CapturedFrame) => void = () => {};

  private readonly context: AudioContext;
  private readonly playback: AudioWorkletNode;
  private stream: MediaStream | null = null;

  private constructor(context: AudioContext) {
    this.context = context;
    this.playback = new AudioWorkletNode(context, 'playback', { numberOfInputs: 0, outputChannelCount: [1] });
    this.playback.port.onmessage = (message: MessageEvent<number>) => {
      this.levels.line = message.data;
    };
    this.playback.connect(context.destination);
  }

  /** Call it from a key press or a click: browsers let no page make a sound unasked. */
  static async open(): Promise<Sound> {
    const context = new AudioContext({ latencyHint: 'interactive' });
    try {
      await Promise.all([
        context.audioWorklet.addModule(captureUrl),
        context.audioWorklet.addModule(playbackUrl),
      ]);
      await context.resume();
      return new Sound(context);
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  /** Ask for the microphone. `filtered` lets the browser take out echo and noise. Never throws. */
  async listen(filtered: boolean): Promise<Microphone> {
    if (!navigator.mediaDevices) return 'insecure';
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          channelCount: 1,
          echoCancellation: filtered,
          noiseSuppression: filtered,
          autoGainControl: filtered,
        },
      });
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
      return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'failed';
    }
    if (this.context.state === 'closed') {
      this.stopListening(); // the caller gave up while the browser asked
      return 'failed';
    }
    try {
      this.connect(this.stream);
    } catch {
      this.stopListening();
      return 'failed';
    }
    return 'on';
  }

  private connect(stream: MediaStream): void {
    const capture = new AudioWorkletNode(this.context, 'capture', { numberOfOutputs: 0 });
    capture.port.onmessage = (message: MessageEvent<CapturedFrame>) => {
      this.levels.microphone = message.data.dbfs;
      this.onFrame(message.data);
    };
    this.context.createMediaStreamSource(stream).connect(capture);
  }

  play(frame: Uint8Array<ArrayBuffer>): void {
    this.playback.port.postMessage(frame, [frame.buffer]);
  }

  /** The sound of a key, for the one who presses it: the key itself travels as a message. */
  keyTone(key: string): void {
    const place = KEYS.indexOf(key);
    if (place < 0) return;
    const volume = this.context.createGain();
    volume.gain.value = 0.04;
    volume.connect(this.context.destination);
    for (const hz of [LOW_HZ[Math.floor(place / 3)], HIGH_HZ[place % 3]]) {
      const tone = this.context.createOscillator();
      tone.frequency.value = hz as number;
      tone.connect(volume);
      tone.start();
      tone.stop(this.context.currentTime + KEY_TONE_S);
    }
  }

  /** Let go of the microphone; what was said on the line still plays out. */
  stopListening(): void {
    this.onFrame = () => {};
    this.levels.microphone = FLOOR_DBFS;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  async close(): Promise<void> {
    this.stopListening();
    this.levels.line = FLOOR_DBFS;
    if (this.context.state !== 'closed') await this.context.close();
  }
}
