/** Loudness, for meters. */

export const FLOOR_DBFS = -60;

/** Root mean square of samples in -1..1, in dB below full scale; not below the floor. */
export function levelDbfs(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const power = samples.length ? sum / samples.length : 0;
  return power > 0 ? Math.max(FLOOR_DBFS, 10 * Math.log10(power)) : FLOOR_DBFS;
}

/** How far a meter goes, 0..1: speech at a usual level fills about three quarters of it. */
export function meterFill(dbfs: number): number {
  return Math.min(1, Math.max(0, (dbfs - FLOOR_DBFS) / (-8 - FLOOR_DBFS)));
}
