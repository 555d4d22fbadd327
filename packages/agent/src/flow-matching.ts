import { type Denoise, flowMatchingLoss } from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';

import type { Objective } from './objective.ts';
import type { Network, Observation } from './policies/policy.ts';
import type { Randomness } from './randomness.ts';

/** Draws a time in [0, 1] of a flow, 0 the noise and 1 the action. */
export type DrawTime = (random: Pick<Randomness, 'uniform' | 'normal'>) => number;

/** Each time as likely as any other. */
export const uniformTime: DrawTime = (random) => random.uniform();

/**
 * Times nearer the noise: t = 0.999 · (1 − b), b of Beta(1.5, 1), which is u^⅔ of a uniform u.
 *
 * @see https://arxiv.org/abs/2410.24164 appendix B, and model/flow/reflow.py:97-125 of ReinFlow
 */
export const betaTime: DrawTime = (random) => 0.999 * (1 - random.uniform() ** (2 / 3));

/**
 * Times around the middle: t = 1 / (1 + e⁻ᶻ) of a standard normal z.
 *
 * @see https://arxiv.org/abs/2403.03206 section 3.1, and model/flow/reflow.py:97-125 of ReinFlow
 */
export const logitNormalTime: DrawTime = (random) => 1 / (1 + Math.exp(-random.normal(1)[0]));

/**
 * The objective of a flow policy: the velocity from noise to action, at times that `drawTime` draws.
 *
 * @see https://arxiv.org/abs/2209.03003 equation 1, and model/flow/reflow.py:97-170 of ReinFlow
 */
export function flowMatching(
  network: Network<[obs: Observation], Denoise>,
  drawTime: DrawTime = uniformTime,
): Objective {
  return {
    draw: (count, random) => tf.tensor1d(Float32Array.from({ length: count }, () => drawTime(random))),
    score: (params, { obs, actions, noise, time }) =>
      flowMatchingLoss(network.apply(params, obs), { actions, noise, time }),
  };
}
