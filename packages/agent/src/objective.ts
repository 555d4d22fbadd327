import { type Denoise, noisePredictionLoss, type PredictionOptions, type Schedule } from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';

import type { Network, Observation } from './policies/policy.ts';
import type { Randomness } from './randomness.ts';

/** One minibatch of behaviour cloning. */
export interface CloneBatch {
  /** What the demonstrator saw. */
  readonly obs: Observation;
  /** [B, Ta, Da] */
  readonly actions: tf.Tensor3D;
  /** Standard normal, drawn or what the chunks go with [B, Ta, Da]. */
  readonly noise: tf.Tensor3D;
  /** Time of each row, as the objective draws it [B]. */
  readonly time: tf.Tensor1D;
}

/** What pre-training minimises. */
export interface Objective {
  /** A time for each of `count` rows. */
  draw(count: number, random: Randomness): tf.Tensor1D;
  /** The loss of `params` on a batch with the times drawn; both are called inside `tf.tidy`. */
  score(params: tf.NamedTensorMap, batch: CloneBatch): tf.Scalar;
}

/**
 * The objective of a diffusion policy: the noise in chunks at times of its schedule, each as likely as any other.
 *
 * @see https://arxiv.org/abs/2006.11239 equation 14, and model/diffusion/diffusion.py:318-363 of the reference
 */
export function noisePrediction(
  network: Network<[obs: Observation], Denoise>,
  schedule: Schedule,
  options: Pick<PredictionOptions, 'prediction'> = {},
): Objective {
  const steps = schedule.betas.length;
  return {
    draw: (count, random) =>
      tf.tensor1d(
        Int32Array.from({ length: count }, () => Math.floor(random.uniform() * steps)),
        'int32',
      ),
    score: (params, { obs, actions, noise, time }) =>
      noisePredictionLoss(network.apply(params, obs), { actions, noise, time }, schedule, options),
  };
}
