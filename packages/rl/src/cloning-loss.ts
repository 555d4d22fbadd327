import * as tf from '@tensorflow/tfjs';

import { clampLogProbs } from './chunk-log-prob.ts';

/**
 * The behaviour cloning term of fine-tuning: how unlikely the policy finds the chains that the frozen policy samples.
 *
 * L = −mean over (b, j, t, d) of clamp(ln p, −5, 2), over all actions of the chunk
 *
 * @param logProbs - of every element of every transition of those chains under the policy, in nats [B, K′, Ta, Da]
 * @throws RangeError unless logProbs are [B, K′, Ta, Da], each above 0.
 * @see model/diffusion/diffusion_ppo.py:104-126 of the reference
 */
export function cloningLoss(logProbs: tf.Tensor4D): tf.Scalar {
  if (logProbs.rank !== 4 || logProbs.size === 0) {
    throw new RangeError(
      `cloningLoss: logProbs [${logProbs.shape.join()}], wanted [B, K′, Ta, Da], each above 0`,
    );
  }
  return tf.tidy(() => clampLogProbs(logProbs).mean<tf.Scalar>().neg());
}
