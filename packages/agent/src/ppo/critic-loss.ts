import { valueLoss as halfSquaredError } from '@dppo/rl';
import type * as tf from '@tensorflow/tfjs';

import type { Settled } from './options.ts';
import type { Value } from './returns.ts';
import { gathered, type ValueTensors } from './rollout-tensors.ts';

/** Observations as the critic's loss takes them. */
export interface CriticBatch {
  readonly obs: tf.NamedTensorMap;
  /** R [B] */
  readonly returns: tf.Tensor1D;
  /** V before the update [B]. */
  readonly oldValue: tf.Tensor1D;
  /** How often each observation counts [B]. */
  readonly weight: tf.Tensor1D;
}

/** The terms of the critic's loss. A type, not an interface, to be a tf.TensorContainer. */
export type CriticTerms = { readonly loss: tf.Scalar; readonly valueLoss: tf.Scalar };

/** c_v · ½ mean (V − R)², the change of V bounded where `clipVlossCoef` is finite; called inside `tf.tidy`. */
export function criticLoss(
  value: Value,
  { obs, ...batch }: CriticBatch,
  { vfCoef, clipVlossCoef }: Pick<Settled, 'vfCoef' | 'clipVlossCoef'>,
): CriticTerms {
  const clip = clipVlossCoef === Infinity ? {} : { clip: clipVlossCoef };
  const valueLoss = halfSquaredError({ value: value(obs), ...batch }, clip);
  return { loss: valueLoss.mul(vfCoef), valueLoss };
}

/** Distinct rows and how often each counts. */
export interface Counted {
  readonly rows: Int32Array;
  readonly counts: Float32Array;
}

/** The distinct ones of `count` rows that the samples of a minibatch are of, of which each path has so many. */
export function distinctRows(samples: Int32Array, each: number, count: number): Counted {
  const counts = new Float32Array(count);
  const rows = new Int32Array(Math.min(count, samples.length));
  let distinct = 0;
  for (const sample of samples) {
    const row = Math.floor(sample / each);
    if (counts[row]++ === 0) rows[distinct++] = row;
  }
  const found = rows.subarray(0, distinct);
  return { rows: found, counts: Float32Array.from(found, (row) => counts[row]) };
}

/** At most `size` of the rows from `from` on, filled up with rows that count nothing, so that all parts have one shape. */
export function partOf({ rows, counts }: Counted, from: number, size: number): Counted {
  const part = { rows: new Int32Array(size), counts: new Float32Array(size) };
  part.rows.set(rows.subarray(from, from + size));
  part.counts.set(counts.subarray(from, from + size));
  return part;
}

/** Distinct rows and how often each counts, as tensors [B], `row` of int32. */
export type CountedRows = { readonly row: tf.Tensor1D; readonly weight: tf.Tensor1D };

/** The rows counted; called inside `tf.tidy`. */
export function criticBatch({ obs, ...columns }: ValueTensors, { row, weight }: CountedRows): CriticBatch {
  return {
    obs: gathered(obs, row),
    returns: columns.return.gather(row),
    oldValue: columns.value.gather(row),
    weight,
  };
}
