import * as tf from '@tensorflow/tfjs';

import { columnsOf, rowsOf, type Table, tensorsOf } from '../rollout/table.ts';
import type { Valued } from './returns.ts';

/** The paths of a rollout. A type, not an interface, to be a tf.TensorContainer. */
export type PathTensors = {
  /** What the policy saw, by name [rows, …]. */
  readonly obs: tf.NamedTensorMap;
  /** [rows, S, Ta, Da] */
  readonly states: tf.Tensor4D;
  /** ln p of each sample at collection [rows, S − window + 1]. */
  readonly logProb: tf.Tensor2D;
  /** The step of the sampler that each path's sample took, int32 [rows]; absent where the policy drew none. */
  readonly step?: tf.Tensor1D;
};

/** What the critic learns of a rollout. */
export type ValueTensors = {
  /** What the policy saw, by name [rows, …]. */
  readonly obs: tf.NamedTensorMap;
  /** V before the update [rows]. */
  readonly value: tf.Tensor1D;
  /** R [rows] */
  readonly return: tf.Tensor1D;
};

/** Hands the paths of a rollout over to the backend, once for all minibatches. */
export function pathTensors(table: Table): PathTensors {
  const { states, logProb, step } = table;
  const rows = rowsOf(table);
  const [count, horizonSteps, actionDim] = states.shape;
  return {
    obs: tensorsOf(columnsOf(table, 'obs.')),
    states: tf.tensor4d(states.data, [rows, count, horizonSteps, actionDim]),
    logProb: tf.tensor2d(logProb.data, [rows, logProb.shape[0]]),
    ...(step && { step: tf.tensor1d(step.data, 'int32') }),
  };
}

/** Hands over, beside observations that are there, what the critic learns. */
export function valueTensors(
  obs: tf.NamedTensorMap,
  { value, return: returns }: Pick<Valued, 'value' | 'return'>,
): ValueTensors {
  return { obs, value: tf.tensor1d(value.data), return: tf.tensor1d(returns.data) };
}

/** The rows with these numbers, int32 [B], of tensors by name; called inside `tf.tidy`. */
export function gathered(columns: tf.NamedTensorMap, row: tf.Tensor1D): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.gather(row)]));
}
