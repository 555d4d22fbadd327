import { approxKl, chunkLogProb, clipFraction, clippedSurrogate } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import type { DppoOptions } from './options.ts';
import type { Policy, Transitions } from './policy.ts';

/** A minibatch of (environment step, denoising step) pairs. */
export interface PolicyBatch extends Transitions {
  /** Of the whole chunk at collection [B]. */
  readonly oldLogProb: tf.Tensor1D;
  /** Normalised, clipped and discounted [B]. */
  readonly advantage: tf.Tensor1D;
  /** ε of each row [B]. */
  readonly clip: tf.Tensor1D;
  /** Standard normal noise [draws, B, Ta, Da] for the paths to imitate; empty without the term. */
  readonly imitationNoise?: tf.Tensor4D;
}

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
    ? policy.imitate(params, batch.obs, imitationNoise).clipByValue(-5, 2).mean<tf.Scalar>().neg()
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
