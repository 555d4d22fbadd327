import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';

import {
  cosineSchedule,
  ddpmSteps,
  withMinStd,
  type Denoise,
  type DenoiseStep,
  type Noise,
} from '../src/index.ts';

/** Six ancestral steps, each with a density. */
export const steps: DenoiseStep[] = withMinStd(ddpmSteps(cosineSchedule(6)), 0.1);

export const seeds: fc.Arbitrary<number> = fc.integer({ min: 1, max: 1e6 });

export function normal(shape: [number, number, number], seed: number): tf.Tensor3D {
  return tf.randomNormal(shape, 0, 1, 'float32', seed);
}

/** Any smooth function of the chunk and the time will do for a network. */
export const denoise: Denoise = (x, time) => {
  const t = typeof time === 'number' ? time : time.reshape<tf.Tensor3D>([-1, 1, 1]);
  return x.mul<tf.Tensor3D>(0.6).add(tf.sin(tf.add(x, tf.mul(t, 0.3))));
};

export function noiseFrom(seed: number): Noise {
  let next = seed;
  return (shape) => normal(shape, next++);
}

/** Never to be called. */
export const noNoise: Noise = () => {
  throw new Error('asked for noise');
};

/** Chunk j of every chain [B, Ta, Da]. */
export function at(chain: tf.Tensor4D, j: number): tf.Tensor3D {
  return chain.slice([0, j], [-1, 1]).squeeze([1]);
}
