/** A learning rate that rises linearly and falls along a cosine, again and again. */
export interface CosineWarmupOptions {
  /** Learning rate at the end of the first warm-up. */
  readonly max: number;
  /** Learning rate with which a cycle begins and ends. */
  readonly min: number;
  /** Steps of the rise, w; 0 for none. */
  readonly warmupSteps: number;
  /** Steps of the first cycle, rise included, C₀. */
  readonly cycleSteps: number;
  /** How much longer the fall of each cycle is than that of the one before, rounded down to whole steps. */
  readonly cycleMult?: number;
  /** What the maximum of each cycle is multiplied by for the next, γ. */
  readonly gamma?: number;
}

/**
 * The learning rate in use after s steps of the schedule; r steps into cycle n of Cₙ steps it is
 * min + (max·γⁿ − min)·r/w while r < w, then min + (max·γⁿ − min)·½(1 + cos(π·(r − w)/(Cₙ − w))), with
 * Cₙ₊₁ = ⌊(Cₙ − w)·cycleMult⌋ + w.
 *
 * Step 0 is at `min` even without a warm-up, as in the reference.
 *
 * @throws RangeError where warmupSteps and cycleSteps are not whole numbers, warmupSteps is not in [0, cycleSteps), max is below min or
 * not finite, cycleMult is below 1 or gamma not above 0;
 * from the function returned, for a step that is not a number of 0 or more.
 * @see util/scheduler.py:32-147 of the reference, CosineAnnealingWarmupRestarts
 */
export function cosineWarmup({
  max,
  min,
  warmupSteps,
  cycleSteps,
  cycleMult = 1,
  gamma = 1,
}: CosineWarmupOptions): (step: number) => number {
  const whole = Number.isInteger(warmupSteps) && Number.isInteger(cycleSteps);
  if (!(whole && warmupSteps >= 0 && warmupSteps < cycleSteps)) {
    throw new RangeError(
      `cosineWarmup: warmupSteps ${warmupSteps}, cycleSteps ${cycleSteps}, wanted whole numbers, 0 ≤ warmupSteps < cycleSteps`,
    );
  }
  if (!(Number.isFinite(max) && Number.isFinite(min) && max >= min && cycleMult >= 1 && gamma > 0)) {
    throw new RangeError(
      `cosineWarmup: max ${max}, min ${min}, cycleMult ${cycleMult}, gamma ${gamma}, wanted finite numbers, max ≥ min, cycleMult ≥ 1, gamma > 0`,
    );
  }
  return (step) => {
    if (!(step >= 0 && step < Infinity)) {
      throw new RangeError(`cosineWarmup: step ${step}, wanted a number of 0 or more`);
    }
    if (step === 0) return min;
    let [r, length, top] = [step, cycleSteps, max];
    while (r >= length) {
      r -= length;
      length = Math.floor((length - warmupSteps) * cycleMult) + warmupSteps;
      top *= gamma;
    }
    if (r < warmupSteps) return min + ((top - min) * r) / warmupSteps;
    const phase = (r - warmupSteps) / (length - warmupSteps);
    return min + ((top - min) * (1 + Math.cos(Math.PI * phase))) / 2;
  };
}
