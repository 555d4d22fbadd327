import * as tf from '@tensorflow/tfjs';

import type { GoldenArray } from './golden.ts';

/** A recorded array as a tensor: int32 where it holds whole numbers, otherwise float32. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- Only the caller knows the rank.
export function toTensor<T extends tf.Tensor = tf.Tensor>({ data, dtype, shape }: GoldenArray): T {
  const flat =
    dtype === 'int64' ? tf.tensor1d(Int32Array.from(data), 'int32') : tf.tensor1d(Float32Array.from(data));
  return flat.reshape<T>(shape);
}

export function toTensors(arrays: Readonly<Record<string, GoldenArray>>): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, toTensor(array)]));
}
