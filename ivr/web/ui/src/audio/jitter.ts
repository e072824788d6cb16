/**
 * The jitter buffer: frames come when the network likes, and leave when the loudspeaker asks.
 *
 * It begins, and begins again after it ran dry, once `TARGET` frames wait. Sound card and exchange have clocks of their own:
 * a growing queue loses silent frames first, and when it is far too long, its oldest.
 */

import { FLOOR_DBFS, levelDbfs } from './level';

export const TARGET = 3;
export const RELAXED = TARGET + 2;
export const LONGEST = 15;
const SILENT_DBFS = -55;

export class JitterBuffer {
  private readonly frames: Float32Array[] = [];
  private filling = true;

  get waiting(): number {
    return this.frames.length;
  }

  push(frame: Float32Array): void {
    this.frames.push(frame);
    if (this.frames.length > LONGEST) this.frames.splice(0, this.frames.length - TARGET);
  }

  /** The frame to play now; null is silence. */
  next(): Float32Array | null {
    if (this.filling && this.frames.length < TARGET) return null;
    this.filling = false;
    while (this.frames.length > RELAXED && isSilent(this.frames[0] as Float32Array)) this.frames.shift();
    const frame = this.frames.shift();
    if (frame === undefined) {
      this.filling = true;
      return null;
    }
    return frame;
  }
}

function isSilent(frame: Float32Array): boolean {
  return levelDbfs(frame) <= Math.max(SILENT_DBFS, FLOOR_DBFS);
}
