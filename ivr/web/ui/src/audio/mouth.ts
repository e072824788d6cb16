/**
 * What the exchange still has to say for us. It takes one frame a tick; what comes late waits behind, for the rest of the
 * call. So a short cushion is sent first, and when more than that piles up, silent frames are left out, then any.
 */

import { FRAME_SAMPLES } from './frames';
import { SILENCE } from './mulaw';

export const CUSHION = 2;
export const RELAXED = 5;
export const LONGEST = 12;

export class Mouth {
  private ahead = 0;
  private begun = false;

  /** Frames that the exchange holds, as far as we know. */
  get waiting(): number {
    return this.ahead;
  }

  /** The exchange's clock went on by one frame. */
  tick(): void {
    this.ahead = Math.max(0, this.ahead - 1);
  }

  /** What to send for this frame, if anything. */
  take(frame: Uint8Array<ArrayBuffer>, silent: boolean): Uint8Array<ArrayBuffer>[] {
    const cushion: Uint8Array<ArrayBuffer>[] = [];
    if (!this.begun) {
      this.begun = true;
      for (let count = 0; count < CUSHION; count++) cushion.push(new Uint8Array(FRAME_SAMPLES).fill(SILENCE));
    }
    if (this.ahead >= LONGEST || (silent && this.ahead >= RELAXED)) return [];
    this.ahead += cushion.length + 1;
    return [...cushion, frame];
  }
}
