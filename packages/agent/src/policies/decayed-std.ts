import { annealed } from '@dppo/optim';

/** How the largest σ falls over a training. */
export interface DecayedStdOptions {
  /** Smallest σ. */
  readonly min: number;
  /** Largest σ at first. */
  readonly max: number;
  /** Iterations of the training. */
  readonly iterations: number;
  /** Share of them in which the largest σ stays. */
  readonly hold?: number;
  /** Where it falls to: this share of the range above `min`. */
  readonly decay?: number;
}

/**
 * The largest σ by finished iterations: `max`, for a while, then along a cosine to min·(1 − decay) + max·decay. The first two iterations
 * have the same, since the reference sets it at the end of an iteration by that one's number.
 *
 * @throws RangeError where a bound is not finite, or the share `hold` is not in [0, 1]
 * @see model/flow/mlp_flow.py:300-364 and util/scheduler_simple.py of ReinFlow, `learn_decay`
 */
export function decayedStd({
  min,
  max,
  iterations,
  hold = 0.35,
  decay = 0.7,
}: DecayedStdOptions): (iteration: number) => number {
  if (!(hold >= 0 && hold <= 1)) {
    throw new RangeError(`decayedStd: hold is ${hold}, wanted a number in [0, 1]`);
  }
  const at = annealed({
    max,
    min: min * (1 - decay) + max * decay,
    holdSteps: Math.floor(iterations * hold),
    annealSteps: Math.floor(iterations * (1 - hold)),
  });
  return (iteration) => at(Math.max(iteration - 1, 0));
}
