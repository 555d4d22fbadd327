import * as tf from '@tensorflow/tfjs';

import type { Experience } from './experience.ts';
import type { Transitions } from './policy.ts';

/** (environment step, denoising step) pairs as the actor's loss takes them. */
export interface PolicyBatch extends Transitions {
  /** ln p of each transition at collection, as `chunkLogProb` gives it [B]. */
  readonly oldLogProb: tf.Tensor1D;
  /** Normalised, clipped and discounted [B]. */
  readonly advantage: tf.Tensor1D;
  /** ε of each row [B]. */
  readonly clip: tf.Tensor1D;
  /** Standard normal noise [draws, B, Ta, Da] for the paths to imitate; empty without the term. */
  readonly imitationNoise?: tf.Tensor4D;
}

/** Rows of a minibatch: pair p is environment step ⌊p / K′⌋ and fine-tuned denoising step p mod K′. */
export interface Pairs {
  readonly pairs: Int32Array;
  /** Normalised, clipped and discounted, one a pair. */
  readonly advantages: Float32Array;
  /** ε by denoising step [K′]. */
  readonly clips: Float32Array;
}

/** Copies rows `from` … `to` of a minibatch out of the rollout; called inside `tf.tidy`. */
export function policyBatch(
  { rollout }: Experience,
  { pairs, advantages, clips }: Pairs,
  { from, to }: { from: number; to: number },
): PolicyBatch {
  const size = to - from;
  const { transitions, horizonSteps, actionDim } = rollout;
  const chunk = horizonSteps * actionDim;
  const [condSteps, obsDim] = rollout.obsShape;
  const obsSize = condSteps * obsDim;
  const obs = new Float32Array(size * obsSize);
  const previous = new Float32Array(size * chunk);
  const next = new Float32Array(size * chunk);
  const index = new Int32Array(size);
  const oldLogProb = new Float32Array(size);
  const clip = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const pair = pairs[from + i];
    const row = Math.floor(pair / transitions);
    const j = pair - row * transitions;
    const state = (row * (transitions + 1) + j) * chunk;
    obs.set(rollout.obs.subarray(row * obsSize, (row + 1) * obsSize), i * obsSize);
    previous.set(rollout.chains.subarray(state, state + chunk), i * chunk);
    next.set(rollout.chains.subarray(state + chunk, state + 2 * chunk), i * chunk);
    index[i] = j;
    oldLogProb[i] = rollout.logProbs[pair];
    clip[i] = clips[j];
  }
  return {
    obs: tf.tensor3d(obs, [size, condSteps, obsDim]),
    previous: tf.tensor3d(previous, [size, horizonSteps, actionDim]),
    next: tf.tensor3d(next, [size, horizonSteps, actionDim]),
    index: tf.tensor1d(index, 'int32'),
    oldLogProb: tf.tensor1d(oldLogProb),
    advantage: tf.tensor1d(advantages.subarray(from, to)),
    clip: tf.tensor1d(clip),
  };
}
