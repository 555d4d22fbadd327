import { valueLoss as halfSquaredError } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { columnsOf, gatherRows, type Table, tensorsOf } from '../rollout/table.ts';
import type { Settled } from './options.ts';
import type { Value, Valued } from './returns.ts';

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

/** The distinct rows of the samples of a minibatch, of which each path has so many. */
export function distinctRows(samples: Int32Array, each: number): Counted {
  const counts = new Map<number, number>();
  for (const sample of samples) {
    const row = Math.floor(sample / each);
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return { rows: Int32Array.from(counts.keys()), counts: Float32Array.from(counts.values()) };
}

/** At most `size` of the rows from `from` on, filled up with rows that count nothing, so that all parts have one shape. */
export function partOf({ rows, counts }: Counted, from: number, size: number): Counted {
  const part = { rows: new Int32Array(size), counts: new Float32Array(size) };
  part.rows.set(rows.subarray(from, from + size));
  part.counts.set(counts.subarray(from, from + size));
  return part;
}

/** Copies rows out of a rollout; called inside `tf.tidy`. */
export function criticBatch(table: Table, columns: Valued, { rows, counts }: Counted): CriticBatch {
  return {
    obs: tensorsOf(gatherRows(columnsOf(table, 'obs.'), rows)),
    returns: tf.tensor1d(Float32Array.from(rows, (row) => columns.return.data[row])),
    oldValue: tf.tensor1d(Float32Array.from(rows, (row) => columns.value.data[row])),
    weight: tf.tensor1d(counts),
  };
}
