import {
  approxKl,
  clipFraction,
  clippedSurrogate,
  clipRanges,
  clipToQuantiles,
  denoisingDiscounts,
  normalizeAdvantages,
} from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { type Policy, type PathSamples, samplesOf } from '../policies/policy.ts';
import type { Settled } from './options.ts';
import { gathered, type PathTensors } from './rollout-tensors.ts';

/** Samples of a rollout, by number. */
export interface Chosen {
  /** The row of each, int32 [B]. */
  readonly row: tf.Tensor1D;
  /** Which state of its path is its first, int32 [B]. */
  readonly first: tf.Tensor1D;
  /** Â, normalised, clipped and discounted [B]. */
  readonly advantage: tf.Tensor1D;
  /** ε of each sample [B]. */
  readonly clip: tf.Tensor1D;
  /** Standard normal noise [draws, B, Ta, Da] for the paths to imitate; absent without the term. */
  readonly cloningNoise?: tf.Tensor4D;
}

/** Samples as the actor's loss takes them. */
export interface ActorBatch extends PathSamples, Omit<Chosen, 'row'> {
  readonly first: tf.Tensor1D;
  /** What the policy saw. */
  readonly obs: tf.NamedTensorMap;
  /** ln p of each sample at collection [B]. */
  readonly oldLogProb: tf.Tensor1D;
}

/** The terms of the actor's loss. A type, not an interface, to be a tf.TensorContainer. */
export type ActorTerms = {
  readonly loss: tf.Scalar;
  readonly policyLoss: tf.Scalar;
  readonly entropy: tf.Scalar;
  readonly bcLoss: tf.Scalar;
  readonly approxKl: tf.Scalar;
  readonly clipFraction: tf.Scalar;
  readonly ratio: tf.Scalar;
};

/**
 * DPPO's loss of the actor: mean max(−A·r, −A·clip(r, 1 ± ε)) − c_ent·entropy − c_bc·ln p(paths of the old policy).
 *
 * Called inside `tf.tidy`.
 *
 * @see model/diffusion/diffusion_ppo.py:57-199 of the reference
 */
export function actorLoss(
  policy: Policy,
  params: tf.NamedTensorMap,
  batch: ActorBatch,
  { entCoef, bcLossCoeff }: Pick<Settled, 'entCoef' | 'bcLossCoeff'>,
): ActorTerms {
  const { obs, oldLogProb, advantage, clip, cloningNoise } = batch;
  const { logProb, entropy } = policy.logProb(params, obs, batch);
  const policyLoss = clippedSurrogate({ logProb, oldLogProb, advantage, clip });
  const bcLoss =
    cloningNoise && policy.cloningLoss ? policy.cloningLoss(params, obs, cloningNoise) : tf.scalar(0);
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

/** Â and ε of each sample of a minibatch. */
export interface Weights {
  /** Â, normalised and clipped over the minibatch, then discounted by γ_denoising^(K′−1−j). */
  readonly advantages: Float32Array;
  /** ε of the sample's denoising step. */
  readonly clips: Float32Array;
}

/** Â and ε of `samples`: sample s begins with state s mod W of row ⌊s / W⌋, W samples a path. */
export function weightsOf(
  policy: Policy,
  advantages: ArrayLike<number>,
  samples: Int32Array,
  options: Settled,
): Weights {
  const { normAdv, clipAdvantageLowerQuantile, clipAdvantageUpperQuantile, gammaDenoising } = options;
  const { clipPlossCoef: clip, clipPlossCoefBase: base, clipPlossCoefRate: rate } = options;
  const each = samplesOf(policy);
  const discounts = denoisingDiscounts(gammaDenoising, each);
  const ranges = clipRanges({ clip, base, rate }, each);
  const raw = Float32Array.from(samples, (sample) => advantages[Math.floor(sample / each)]);
  const clipped = clipToQuantiles(
    normAdv ? normalizeAdvantages(raw) : raw,
    clipAdvantageLowerQuantile,
    clipAdvantageUpperQuantile,
  );
  return {
    advantages: clipped.map((advantage, i) => advantage * discounts[samples[i] % each]),
    clips: Float32Array.from(samples, (sample) => ranges[sample % each]),
  };
}

/** Samples `from` … `to` of a minibatch, by number; called inside `tf.tidy`. */
export function chosenOf(
  policy: Policy,
  samples: Int32Array,
  { advantages, clips }: Weights,
  { from, to }: { readonly from: number; readonly to: number },
): Chosen {
  const each = samplesOf(policy);
  const some = samples.subarray(from, to);
  return {
    row: tf.tensor1d(
      some.map((sample) => Math.floor(sample / each)),
      'int32',
    ),
    first: tf.tensor1d(
      some.map((sample) => sample % each),
      'int32',
    ),
    advantage: tf.tensor1d(advantages.subarray(from, to)),
    clip: tf.tensor1d(clips.subarray(from, to)),
  };
}

/** The samples chosen; called inside `tf.tidy`. */
export function actorBatch(
  policy: Policy,
  { obs, states, logProb, step }: PathTensors,
  { row, first, ...weights }: Chosen,
): ActorBatch {
  const { window, horizonSteps, actionDim } = policy;
  const start = row.mul<tf.Tensor1D>(tf.scalar(policy.states, 'int32')).add<tf.Tensor1D>(first);
  const within = start.expandDims(1).add(tf.range(0, window, 1, 'int32'));
  const each = states.reshape<tf.Tensor3D>([-1, horizonSteps, actionDim]);
  const sample = row.mul<tf.Tensor1D>(tf.scalar(samplesOf(policy), 'int32')).add<tf.Tensor1D>(first);
  return {
    obs: gathered(obs, row),
    states: each.gather(within.flatten()).reshape([-1, window, horizonSteps, actionDim]),
    first,
    ...(step && { step: step.gather<tf.Tensor1D>(row) }),
    oldLogProb: logProb.flatten().gather(sample),
    ...weights,
  };
}
