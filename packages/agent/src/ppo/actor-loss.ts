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
import { columnsOf, gatherRows, sizeOf, type Table, tensorsOf } from '../rollout/table.ts';
import type { Settled } from './options.ts';

/** Samples as the actor's loss takes them. */
export interface ActorBatch extends PathSamples {
  /** What the policy saw. */
  readonly obs: tf.NamedTensorMap;
  /** ln p of each sample at collection [B]. */
  readonly oldLogProb: tf.Tensor1D;
  /** Â, normalised, clipped and discounted [B]. */
  readonly advantage: tf.Tensor1D;
  /** ε of each sample [B]. */
  readonly clip: tf.Tensor1D;
  /** Standard normal noise [draws, B, Ta, Da] for the paths to imitate; absent without the term. */
  readonly cloningNoise?: tf.Tensor4D;
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

/** Copies samples `from` … `to` of a minibatch out of a rollout; called inside `tf.tidy`. */
export function actorBatch(
  policy: Policy,
  table: Table,
  samples: Int32Array,
  { advantages, clips }: Weights,
  { from, to }: { readonly from: number; readonly to: number },
): ActorBatch {
  const { window } = policy;
  const each = samplesOf(policy);
  const chosen = samples.subarray(from, to);
  const rows = chosen.map((sample) => Math.floor(sample / each));
  const first = chosen.map((sample) => sample % each);
  const [count, horizonSteps, actionDim] = table['states'].shape;
  const size = sizeOf([horizonSteps, actionDim]);
  const states = new Float32Array(chosen.length * window * size);
  for (let i = 0; i < chosen.length; i++) {
    const start = (rows[i] * count + first[i]) * size;
    states.set(table['states'].data.subarray(start, start + window * size), i * window * size);
  }
  return {
    obs: tensorsOf(gatherRows(columnsOf(table, 'obs.'), rows)),
    states: tf.tensor4d(states, [chosen.length, window, horizonSteps, actionDim]),
    first: tf.tensor1d(first, 'int32'),
    oldLogProb: tf.tensor1d(Float32Array.from(chosen, (sample) => table['logProb'].data[sample])),
    advantage: tf.tensor1d(advantages.subarray(from, to)),
    clip: tf.tensor1d(clips.subarray(from, to)),
  };
}
