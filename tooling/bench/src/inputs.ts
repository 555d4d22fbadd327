import { learner, type Learner, type Randomness, seeded } from '@dppo/agent';
import * as tf from '@tensorflow/tfjs';

import { agent, options, sizes } from './hopper-preset.ts';

export const random: Randomness = seeded(3, 0);
export const learn: Learner = learner(agent, options);

/** Standard normal numbers. */
export function normal(...shape: [number, number, number]): tf.Tensor3D {
  return tf.tensor3d(random.normal(shape[0] * shape[1] * shape[2]), shape);
}

/** What one chunk for each row takes [draws, B, Ta, Da]. */
export function noiseOf(batch: number): tf.Tensor4D {
  const { actionDim, horizonSteps } = sizes;
  const { draws } = agent.policy;
  return normal(draws * batch, horizonSteps, actionDim).reshape([draws, batch, horizonSteps, actionDim]);
}
