import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

import type { Observation, Policy } from '../src/policies/policy.ts';

/** Expects a chunk that is pulled towards another one to be much nearer to it than the best one, and that one itself where nothing weighs. */
export function expectPulled(
  policy: Policy,
  params: tf.NamedTensorMap,
  seen: Observation,
  drawn: tf.Tensor4D,
): void {
  const [, rows, horizonSteps, actionDim] = drawn.shape;
  const chunk = tf.randomUniform<tf.Rank.R3>([rows, horizonSteps, actionDim], -0.5, 0.5, 'float32', 5);
  const pulled = (weight: number) => {
    const target = { chunk, weights: tf.ones([1, 1, 1]).mul<tf.Tensor3D>(weight), maxWeight: 5 };
    return policy.guided?.(params, seen, drawn, target).dataSync();
  };
  const best = policy.best(params, seen, drawn);
  expect(pulled(0)).toEqual(best.dataSync());
  const far = (action: tf.TensorLike | undefined) =>
    tf
      .tensor(action ?? [NaN], chunk.shape)
      .sub(chunk)
      .abs()
      .mean()
      .dataSync()[0];
  expect(far(pulled(1))).toBeLessThan(0.3 * far(best.dataSync()));
}
