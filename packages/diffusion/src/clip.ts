import * as tf from '@tensorflow/tfjs';

/** x clamped to ±limit; an infinite limit costs nothing. */
export function clip(x: tf.Tensor3D, limit: number, option: string): tf.Tensor3D {
  if (!(limit > 0)) throw new RangeError(`${option} is ${limit}, wanted a number above 0`);
  return limit === Infinity ? x : tf.clipByValue<tf.Tensor3D>(x, -limit, limit);
}
