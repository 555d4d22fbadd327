import * as tf from '@tensorflow/tfjs';

/** x clamped to ±limit; an infinite limit costs nothing. */
export function clip(x: tf.Tensor3D, limit: number): tf.Tensor3D {
  return limit === Infinity ? x : tf.clipByValue<tf.Tensor3D>(x, -limit, limit);
}
