import * as tf from '@tensorflow/tfjs';

/** Hands out the slices of recorded noise [draws, B, Ta, Da] one after another. */
export function drawsOf(noise: tf.Tensor4D): () => tf.Tensor3D {
  const draws = noise.unstack<tf.Tensor3D>();
  let used = 0;
  return () => draws[used++];
}

/** The same numbers, through which no gradient flows. */
export function detached(x: tf.Tensor4D): tf.Tensor4D {
  return tf.customGrad(() => ({ value: x.clone(), gradFunc: (dy: tf.Tensor4D) => tf.zerosLike(dy) }))(x);
}

/** Copies of pre-trained parameters, to begin with. */
export function copied(params: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(params).map(([name, weight]) => [name, weight.clone()]));
}
