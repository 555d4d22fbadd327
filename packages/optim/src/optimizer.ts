import type * as tf from '@tensorflow/tfjs';

import type { TensorTree } from './tree.ts';

/** One rate for all parameters, or one for each part of them (see `partition`). */
export type LearningRate = number | tf.Scalar | { readonly [part: string]: number | tf.Scalar };

/** An optimizer as two pure functions; the old parameters and state stay the caller's to dispose. */
export interface Optimizer<State extends TensorTree = TensorTree, Rate = LearningRate> {
  /** The state before the first update of `params`. */
  init(params: tf.NamedTensorMap): State;
  /** One step of `learningRate` against the `gradients`; all `params` and `state` are returned, also those that no gradient reached. */
  update(
    gradients: tf.NamedTensorMap,
    state: State,
    params: tf.NamedTensorMap,
    learningRate: Rate,
  ): [params: tf.NamedTensorMap, state: State];
}
