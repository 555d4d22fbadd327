import * as tf from '@tensorflow/tfjs';

import type { Experience } from './experience.ts';

/** Observations as the critic's loss takes them. */
export interface ValueBatch {
  /** [B, To, Do] */
  readonly obs: tf.Tensor3D;
  /** R [B] */
  readonly returns: tf.Tensor1D;
  /** V before the update [B]. */
  readonly oldValue: tf.Tensor1D;
  /** How often each observation counts [B]. */
  readonly weight: tf.Tensor1D;
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
