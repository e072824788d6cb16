/** The sound of a call that comes in. It is never needed: the desk shows the same, and screen readers say it. */

const HZ = [523.25, 659.25];
const ON_S = 0.32;
const EVERY_MS = 2_400;
const LOUD = 0.08;
const SOFT_HZ = [659.25, 493.88];
const SOFT = 0.03;

export class Ringer {
  on = true;
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** Call it from a click or a key press: browsers let no page make a sound unasked. */
  prepare(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  start(): void {
    this.stop();
    if (!this.on) return;
    this.ring();
    this.timer = setInterval(() => this.ring(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Once, and softly: something waits that is no call. */
  chime(): void {
    if (this.on) this.sound(SOFT_HZ, SOFT);
  }

  private ring(): void {
    this.sound(HZ, LOUD);
  }

  private sound(tones: number[], loud: number): void {
    const { context } = this;
    if (context === null || context.state !== 'running') return;
    tones.forEach((hz, place) => {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const begin = context.currentTime + place * ON_S;
      tone.frequency.value = hz;
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(loud, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, begin + ON_S);
      tone.connect(volume).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + ON_S);
    });
  }
}
