import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';

import {
  cosineSchedule,
  ddimSampler,
  ddimTimes,
  ddpmSteps,
  flowSampler,
  flowSdeSampler,
  tableSampler,
  type Denoise,
  type Noise,
  type Sampler,
  type StepStd,
} from '../src/index.ts';

/** Six ancestral steps; the last has no noise. */
export const ancestral: Sampler = tableSampler(ddpmSteps(cosineSchedule(6)));

/** Samplers of each kind for B rows of chunks of two numbers an action, those that learn with a noise for each row and number. */
export const samplers: Readonly<Record<string, (rows: number) => Sampler>> = {
  'a table': () => ancestral,
  'DDIM with a fixed eta': () => ddimSampler(ddimTimes(cosineSchedule(20), 5), 0.7),
  'DDIM with a learned eta': (rows) =>
    ddimSampler(ddimTimes(cosineSchedule(20), 5), scales(rows), { clipEpsilon: 1.5 }),
  'a flow': (rows) => flowSampler(4, scales(rows)),
  'a flow with a noise of each step': () => flowSampler(4, eachStep, { clipMean: 1.5 }),
  'a stochastic flow': () => flowSdeSampler(4, 0.7),
};

/** 0.2 … 1 [B, 1, 2] */
export function scales(rows: number): tf.Tensor3D {
  return tf.linspace(0.2, 1, 2 * rows).reshape([rows, 1, 2]);
}

/** ¼, ½, ¾, 1 */
const eachStep: StepStd = (step) =>
  typeof step === 'number' ? (step + 1) / 4 : step.toFloat().add(1).div(4).reshape([-1, 1, 1]);

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

/** Chunk j of every chain [B, Ta, Da]. */
export function at(chain: tf.Tensor4D, j: number): tf.Tensor3D {
  return chain.slice([0, j], [-1, 1]).squeeze([1]);
}
