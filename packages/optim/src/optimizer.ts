import type * as tf from '@tensorflow/tfjs';

/** An optimizer as two pure functions; the old parameters and state stay the caller's to dispose. */
export interface Optimizer<State extends tf.TensorContainer> {
  /** The state before the first update. */
  init(params: tf.NamedTensorMap): State;
  /** One step against the gradients; all parameters and state are returned, also those that no gradient reached. */
  update(
    gradients: tf.NamedTensorMap,
    state: State,
    params: tf.NamedTensorMap,
    learningRate: number | tf.Scalar,
  ): [params: tf.NamedTensorMap, state: State];
}
