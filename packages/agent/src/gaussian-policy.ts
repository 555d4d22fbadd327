import * as tf from '@tensorflow/tfjs';

import { gaussianLogProb } from '@dppo/diffusion';
import type { Network, Policy } from './policy.ts';

/** What a {@link gaussianPolicy} is made of. */
export interface GaussianPolicyOptions {
  /** obs [B, To, Do] to mean [B, Ta, Da] and std, which broadcasts to it. */
  readonly network: Network<[obs: tf.Tensor3D], { mean: tf.Tensor3D; std: tf.Tensor3D }>;
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** Bound of the standard normal noise while exploring. */
  readonly clipNoise?: number;
}

/**
 * An ordinary Gaussian policy over a chunk [B, Ta, Da], a = μ(s) + σ·z: one trained transition, from zeros to the action.
 *
 * @throws RangeError from `imitate`: there is no policy before fine-tuning
 * Source: reference model/rl/gaussian_ppo.py:61-127, model/common/gaussian.py:13-120.
 */
export function gaussianPolicy({
  network,
  horizonSteps,
  actionDim,
  clipNoise = 3,
}: GaussianPolicyOptions): Policy {
  return {
    transitions: 1,
    draws: 1,
    horizonSteps,
    actionDim,
    act: (params, obs, noise) => {
      const { mean, std } = network.apply(params, obs);
      const z = noise.squeeze<tf.Tensor3D>([0]).clipByValue(-clipNoise, clipNoise);
      const action = mean.add<tf.Tensor3D>(std.mul(z));
      const chain = tf.zerosLike(action).stack<tf.Tensor4D>(action, 1);
      return { chain, logProbs: gaussianLogProb({ mean, std }, action).expandDims<tf.Tensor4D>(1) };
    },
    best: (params, obs) => network.apply(params, obs).mean,
    evaluate: (params, { obs, next }) => {
      const { mean, std } = network.apply(params, obs);
      const entropy = std
        .log()
        .add(0.5 * Math.log(2 * Math.PI * Math.E))
        .mean<tf.Scalar>();
      return { logProbs: gaussianLogProb({ mean, std }, next), entropy };
    },
    imitate: () => {
      throw new RangeError(
        'gaussianPolicy: bcLossCoeff is set, expected 0: there is no frozen policy to imitate',
      );
    },
  };
}
