import * as tf from '@tensorflow/tfjs';

import type { PolicyBatch } from './loss.ts';
import type { ValueBatch } from './learner.ts';
import type { Rollout } from './rollout.ts';

/** A rollout with what PPO derives from it; all [T, N] unless said otherwise. */
export interface Experience {
  readonly rollout: Rollout;
  readonly values: Float32Array;
  readonly returns: Float32Array;
  readonly advantages: Float32Array;
  /** Of the executed chunk [T, N, K′]. */
  readonly oldLogProbs: Float32Array;
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
  { rollout, oldLogProbs }: Experience,
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
    oldLogProb[i] = oldLogProbs[pair];
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

/** The distinct environment steps of a minibatch and how often each occurs. */
export function distinctRows(
  pairs: Int32Array,
  transitions: number,
): { rows: Int32Array; counts: Float32Array } {
  const counts = new Map<number, number>();
  for (const pair of pairs) {
    const row = Math.floor(pair / transitions);
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return { rows: Int32Array.from(counts.keys()), counts: Float32Array.from(counts.values()) };
}

/** Copies distinct environment steps out of the rollout; called inside `tf.tidy`. */
export function valueBatch(
  { rollout, values, returns }: Experience,
  { rows, counts }: { rows: Int32Array; counts: Float32Array },
): ValueBatch {
  const [condSteps, obsDim] = rollout.obsShape;
  const obsSize = condSteps * obsDim;
  const obs = new Float32Array(rows.length * obsSize);
  rows.forEach((row, i) => obs.set(rollout.obs.subarray(row * obsSize, (row + 1) * obsSize), i * obsSize));
  return {
    obs: tf.tensor3d(obs, [rows.length, condSteps, obsDim]),
    returns: tf.tensor1d(Float32Array.from(rows, (row) => returns[row])),
    oldValue: tf.tensor1d(Float32Array.from(rows, (row) => values[row])),
    weight: tf.tensor1d(counts),
  };
}
