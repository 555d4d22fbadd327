/** A number that rises linearly, stays, and falls. */
export interface AnnealedOptions {
  /** Where it stays. */
  readonly max: number;
  /** Where it rises from and falls to. */
  readonly min: number;
  /** Steps of the rise, w. */
  readonly warmupSteps?: number;
  /** Steps that it stays, h. */
  readonly holdSteps?: number;
  /** Steps of the fall, a; without, it stays. */
  readonly annealSteps?: number;
  /** What is left of the fall after a share u of it, from 1 to 0; ½(1 + cos πu) by default. */
  readonly shape?: (u: number) => number;
}

/**
 * The number in use after s steps: min + (max − min)·s/w while s < w, max for h steps, then min + (max − min)·shape((s − w − h)/a), and min.
 *
 * @throws RangeError where max or min are not finite, or steps are negative or no numbers
 * @see util/scheduler_simple.py of ReinFlow
 */
export function annealed({
  max,
  min,
  warmupSteps = 0,
  holdSteps = 0,
  annealSteps = Infinity,
  shape = (u) => (1 + Math.cos(Math.PI * u)) / 2,
}: AnnealedOptions): (step: number) => number {
  if (!Number.isFinite(max) || !Number.isFinite(min)) {
    throw new RangeError(`annealed: max ${max}, min ${min}, wanted finite numbers`);
  }
  for (const [name, steps] of Object.entries({ warmupSteps, holdSteps, annealSteps })) {
    if (!(steps >= 0)) throw new RangeError(`annealed: ${name} ${steps}, wanted 0 or more`);
  }
  return (step) => {
    if (step < warmupSteps) return min + ((max - min) * step) / warmupSteps;
    const fallen = step - warmupSteps - holdSteps;
    if (fallen <= 0) return max;
    return fallen >= annealSteps ? min : min + (max - min) * shape(fallen / annealSteps);
  };
}
