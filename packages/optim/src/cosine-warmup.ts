/** A learning rate that rises linearly and falls along a cosine, again and again. */
export interface CosineWarmupOptions {
  /** At the end of the warm-up. */
  readonly max: number;
  /** Where a cycle begins and ends. */
  readonly min: number;
  /** Steps of the rise, w; 0 for none. */
  readonly warmupSteps: number;
  /** Steps of a cycle, rise included, C. */
  readonly cycleSteps: number;
}

/**
 * The learning rate in use after s steps of the schedule; with r = s mod C it is
 * min + (max − min)·r/w while r < w, then min + (max − min)·½(1 + cos(π·(r − w)/(C − w))).
 *
 * Step 0 is at `min` even without a warm-up, as in the reference: util/scheduler.py:32-147, CosineAnnealingWarmupRestarts.
 *
 * @throws RangeError where warmupSteps is not in [0, cycleSteps).
 */
export function cosineWarmup({
  max,
  min,
  warmupSteps,
  cycleSteps,
}: CosineWarmupOptions): (step: number) => number {
  if (!(warmupSteps >= 0 && warmupSteps < cycleSteps)) {
    throw new RangeError(
      `cosineWarmup: warmupSteps ${warmupSteps}, cycleSteps ${cycleSteps}, wanted 0 ≤ warmupSteps < cycleSteps`,
    );
  }
  return (step) => {
    if (step === 0) return min;
    const r = step % cycleSteps;
    if (r < warmupSteps) return min + ((max - min) * r) / warmupSteps;
    const phase = (r - warmupSteps) / (cycleSteps - warmupSteps);
    return min + ((max - min) * (1 + Math.cos(Math.PI * phase))) / 2;
  };
}
