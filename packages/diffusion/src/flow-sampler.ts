import type * as tf from '@tensorflow/tfjs';

import { checkFloors, checkLimits, checkStds, ofShape } from './check.ts';
import { velocityMixture } from './prediction.ts';
import { clip, columns, type Sampler } from './sampler.ts';

/** Standard deviation of the noise of a `step`, one for all rows or one for each, int32 [B]: a number, or a tensor that broadcasts to chunks. */
export type StepStd = (step: number | tf.Tensor1D) => number | tf.Tensor;

/** What bounds a flow, and when it is asked. */
export interface FlowOptions {
  /** The mean of each step is clamped to ± this, the gradient there being 0. */
  readonly clipMean?: number;
  /** What the network is told at each step [K]; k/K by default, where its Euler step begins. */
  readonly times?: readonly number[];
}

/**
 * A rectified flow in K Euler steps with noise put into each; its time runs from 0, noise, to 1, the action.
 *
 * mean = clamp(x + v/K),  t = k/K for k = 0 … K − 1
 *
 * @param count - K
 * @param sigma - standard deviation of the noise of a step: a number, a tensor that broadcasts to chunks, or a function of the step
 * @throws RangeError unless count is a whole number above 0, a number sigma finite and 0 or more, clipMean above 0 and the times K.
 * @see https://arxiv.org/abs/2505.22094
 */
export function flowSampler(
  count: number,
  sigma: number | tf.Tensor | StepStd,
  { clipMean = Infinity, times }: FlowOptions = {},
): Sampler {
  const ownTimes = flowTimes('flowSampler', count);
  if (typeof sigma === 'number') checkStds('flowSampler', [{ std: sigma }]);
  checkLimits('flowSampler', { clipMean });
  if (times !== undefined && times.length !== count) {
    throw new RangeError(`flowSampler: got ${times.length} times, wanted ${count}`);
  }
  return {
    times: times ?? ownTimes,
    mixtures: ownTimes.map(velocityMixture),
    moments: (step, output, x) => ({
      mean: clip(x.add(ofShape('denoise', output, x.shape).div(count)), clipMean),
      std: typeof sigma === 'function' ? sigma(step) : sigma,
    }),
  };
}

/** Where each of `count` Euler steps begins, k/K. */
function flowTimes(caller: string, count: number): number[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`${caller}: count is ${count}, wanted a whole number above 0`);
  }
  return Array.from({ length: count }, (_, k) => k / count);
}

/**
 * The times at which ReinFlow's public sampler asks its network, k/(K − 1): for a comparison with it. Its steps begin elsewhere, at k/K,
 * where its likelihoods are computed too, so that its first ratio is not 1.
 *
 * @param count - K
 * @throws RangeError unless count is a whole number above 0.
 * @see model/flow/ft_ppo/ppoflow.py:330 of ReinFlow
 */
export function reinflowTimes(count: number): number[] {
  return flowTimes('reinflowTimes', count).map((t) => (count === 1 ? t : (t * count) / (count - 1)));
}

/**
 * A rectified flow as a stochastic differential equation of the same marginals, in K steps: what it takes away towards the noise it puts in anew.
 *
 * σ = level · √((1 − t) / max(t, 1/K));  mean = x + v/K − σ² / (2K(1 − t)) · (x − t·v),  std = σ/√K,  t = k/K
 *
 * x − t·v is the noise that the network sees in x; a level of 0 is `flowSampler(count, 0)`.
 *
 * @param count - K
 * @param level - how much noise, of the size of 1
 * @throws RangeError unless count is a whole number above 0 and level finite and 0 or more.
 * @see https://arxiv.org/abs/2505.05470 equation 9, and https://arxiv.org/abs/2510.25889 for robots
 */
export function flowSdeSampler(count: number, level: number): Sampler {
  const times = flowTimes('flowSdeSampler', count);
  checkFloors('flowSdeSampler', { level });
  const table = times.map((t) => {
    const variance = (level ** 2 * (1 - t)) / Math.max(t, 1 / count);
    const pull = variance / (2 * count * (1 - t));
    return [1 - pull, 1 / count + pull * t, Math.sqrt(variance / count)];
  });
  return {
    times,
    mixtures: times.map(velocityMixture),
    stds: table.map(([, , std]) => std),
    moments: (step, output, x) => {
      const [xCoef, velocityCoef, std] = columns(table, step);
      return { mean: x.mul(xCoef).add(ofShape('denoise', output, x.shape).mul(velocityCoef)), std };
    },
  };
}
