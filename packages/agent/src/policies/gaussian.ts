import { gaussianLogProb } from '@dppo/diffusion';
import { chunkLogProb } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { checkPositive } from '../check-numbers.ts';
import type { Network, Observation, Policy } from './policy.ts';

/** What a {@link gaussianPolicy} is made of. */
export interface GaussianPolicyOptions {
  /** The Gaussian: obs to mean [B, Ta, Da] and std, which broadcasts to it. */
  readonly network: Network<[obs: Observation], { mean: tf.Tensor3D; std: tf.Tensor3D }>;
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** How many actions of a chunk count in its log-probability; all by default. */
  readonly rewardHorizon?: number;
  /** Bound of the standard normal noise while exploring. */
  readonly clipNoise?: number;
}

/**
 * An ordinary Gaussian policy over a chunk [B, Ta, Da], a = μ(s) + σ·z: one trained transition, from zeros to the action.
 *
 * @throws RangeError if rewardHorizon is not in 1 … Ta or clipNoise not above 0
 * @see model/rl/gaussian_ppo.py:61-127 and model/common/gaussian.py:13-120 of the reference
 */
export function gaussianPolicy({
  network,
  horizonSteps,
  actionDim,
  rewardHorizon = horizonSteps,
  clipNoise = 3,
}: GaussianPolicyOptions): Policy {
  if (!(Number.isInteger(rewardHorizon) && rewardHorizon >= 1 && rewardHorizon <= horizonSteps)) {
    throw new RangeError(
      `gaussianPolicy: rewardHorizon is ${rewardHorizon}, wanted a whole number in 1 … ${horizonSteps}`,
    );
  }
  checkPositive('gaussianPolicy', { clipNoise });
  return {
    states: 2,
    window: 2,
    draws: 1,
    horizonSteps,
    actionDim,
    init: (seed) => network.init(seed),
    act: (params, obs, noise) => {
      const { mean, std } = network.apply(params, obs);
      const z = noise.squeeze<tf.Tensor3D>([0]).clipByValue(-clipNoise, clipNoise);
      const action = mean.add<tf.Tensor3D>(std.mul(z));
      const logProb = chunkLogProb(gaussianLogProb({ mean, std }, action), { rewardHorizon });
      return { states: tf.zerosLike(action).stack(action, 1), logProb: logProb.expandDims(1) };
    },
    best: (params, obs) => network.apply(params, obs).mean,
    logProb: (params, obs, { states }) => {
      const [, action] = states.unstack<tf.Tensor3D>(1);
      const { mean, std } = network.apply(params, obs);
      const entropy = std
        .log()
        .add(0.5 * Math.log(2 * Math.PI * Math.E))
        .mean<tf.Scalar>();
      return { logProb: chunkLogProb(gaussianLogProb({ mean, std }, action), { rewardHorizon }), entropy };
    },
  };
}
