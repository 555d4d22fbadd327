import { approxKl, chunkLogProb, clipFraction, clippedSurrogate, cloningLoss } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import type { DppoOptions } from './dppo-options.ts';
import type { PolicyBatch } from './policy-batch.ts';
import type { Policy } from './policy.ts';

// A type, not an interface, to be a tf.TensorContainer.
export type PolicyLoss = {
  readonly loss: tf.Scalar;
  readonly policyLoss: tf.Scalar;
  readonly entropy: tf.Scalar;
  readonly bcLoss: tf.Scalar;
  readonly approxKl: tf.Scalar;
  readonly clipFraction: tf.Scalar;
  readonly ratio: tf.Scalar;
};

/**
 * DPPO's loss of the actor: mean max(−A·r, −A·clip(r, 1 ± ε)) − c_ent·entropy − c_bc·log p(paths of the old policy).
 *
 * Called inside `tf.tidy`. Source: reference model/diffusion/diffusion_ppo.py:57-199.
 */
export function dppoLoss(
  policy: Policy,
  params: tf.NamedTensorMap,
  batch: PolicyBatch,
  { entCoef, bcLossCoeff, rewardHorizon }: Pick<DppoOptions, 'entCoef' | 'bcLossCoeff' | 'rewardHorizon'>,
): PolicyLoss {
  const { oldLogProb, advantage, clip, imitationNoise } = batch;
  const { logProbs, entropy } = policy.evaluate(params, batch);
  const logProb = chunkLogProb(logProbs, { rewardHorizon });
  const policyLoss = clippedSurrogate({ logProb, oldLogProb, advantage, clip });
  const bcLoss = imitationNoise
    ? cloningLoss(policy.imitate(params, batch.obs, imitationNoise))
    : tf.scalar(0);
  return {
    loss: policyLoss.sub(entropy.mul(entCoef)).add(bcLoss.mul(bcLossCoeff)),
    policyLoss,
    entropy,
    bcLoss,
    approxKl: approxKl(logProb, oldLogProb),
    clipFraction: clipFraction({ logProb, oldLogProb, clip }),
    ratio: logProb.sub(oldLogProb).exp().mean(),
  };
}
