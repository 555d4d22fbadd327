import { type Policy, type Randomness, seeded } from '@dppo/agent';
import * as tf from '@tensorflow/tfjs';

export const random: Randomness = seeded(3, 0);

/** Standard normal numbers. */
export function normal(...shape: [number, number, number]): tf.Tensor3D {
  return tf.tensor3d(random.normal(shape[0] * shape[1] * shape[2]), shape);
}

/** What one chunk for each row takes [draws, B, Ta, Da]. */
export function noiseOf({ draws, horizonSteps, actionDim }: Policy, batch: number): tf.Tensor4D {
  return normal(draws * batch, horizonSteps, actionDim).reshape([draws, batch, horizonSteps, actionDim]);
}
