import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { denoise, normal } from '../test/smooth.ts';
import { sample } from './chain.ts';
import { flowSampler, flowSdeSampler, reinflowTimes } from './flow-sampler.ts';

const chunk = (...values: number[]): tf.Tensor3D => tf.tensor3d(values, [1, values.length, 1]);
/** The velocity where actions are 𝒩(0.3, 0.5²), so xₜ is 𝒩(0.3t, (1 − t)² + t²/4) and v = 0.3 + (t/4 − (1 − t)) / var · (x − 0.3t). */
const ofNormal = (x: tf.Tensor3D, time: tf.Tensor1D | number): tf.Tensor3D => {
  const t = Number(time);
  const slope = (t / 4 - (1 - t)) / ((1 - t) ** 2 + t ** 2 / 4);
  return x
    .sub<tf.Tensor3D>(0.3 * t)
    .mul<tf.Tensor3D>(slope)
    .add(0.3);
};

describe('flowSampler', () => {
  it('is by hand an Euler step from each time to the next', () => {
    const flow = flowSampler(4, 0.2);
    expect(flow.times).toEqual([0, 0.25, 0.5, 0.75]);
    const { mean, std } = flow.moments(2, chunk(2), chunk(0.5));
    expect(mean).toBeAllclose([1]);
    expect(std).toBe(0.2);
  });

  it('has the noise of each step, clamps the mean by hand, and is told other times where they are given', () => {
    // 0.5 + 2 / 2 = 1.5, clamped to 1.2; −0.5 + 2 / 2 = 0.5.
    const flow = flowSampler(2, (k) => tf.mul(k, 0.5), { clipMean: 1.2, times: [0, 1] });
    expect(flow.times).toEqual([0, 1]);
    const { mean, std } = flow.moments(1, chunk(2, 2), chunk(0.5, -0.5));
    expect(mean).toBeAllclose([1.2, 0.5]);
    expect(tf.add(std, 0)).toBeAllclose([0.5]);
  });

  it('refuses no steps, a negative noise, a limit of 0, other times than steps and an output of another shape', () => {
    expect(() => flowSampler(0, 0.1)).toThrow('flowSampler: count is 0, wanted a whole number above 0');
    expect(() => flowSampler(2, -0.1)).toThrow('flowSampler: step 0 has std -0.1, wanted 0 or more');
    expect(() => flowSampler(2, 0, { clipMean: 0 })).toThrow('flowSampler: clipMean is 0');
    expect(() => flowSampler(2, 0, { times: [0] })).toThrow('flowSampler: got 1 times, wanted 2');
    expect(() => flowSampler(2, 0).moments(0, chunk(1), chunk(1, 2))).toThrow('denoise gave [1,1,1]');
  });
});

it('reinflowTimes go from 0 to 1, both ends included, and are 0 alone for one step', () => {
  expect(reinflowTimes(1)).toEqual([0]);
  expect(reinflowTimes(4)).toBeAllclose([0, 1 / 3, 2 / 3, 1]);
  expect(() => reinflowTimes(0.5)).toThrow('reinflowTimes: count is 0.5, wanted a whole number above 0');
});

describe('flowSdeSampler', () => {
  it('is by hand an Euler step of the stochastic equation', () => {
    // K = 4, t = ½, level 0.8: σ² = 0.64 · ½ / ½ = 0.64; pull 0.64 / (2 · 4 · ½) = 0.16. x = 1, v = 0.5: 1 + 0.125 − 0.16 · (1 − 0.25) = 1.005.
    const { mean, std } = flowSdeSampler(4, 0.8).moments(2, chunk(0.5), chunk(1));
    expect(mean).toBeAllclose([1.005]);
    expect(std).toBeCloseTo(0.4, 12);
    // t = 0, where the noise is that of t = 1/K: σ² = 2.56, pull 2.56 / 8 = 0.32; 1 + 0.125 − 0.32.
    const first = flowSdeSampler(4, 0.8).moments(0, chunk(0.5), chunk(1));
    expect(first.mean).toBeAllclose([0.805]);
    expect(first.std).toBeCloseTo(0.8, 12);
  });

  it('keeps the distribution that the flow makes of its noise', () => {
    const start = normal([4000, 1, 1], 1);
    for (const level of [0.5, 1]) {
      let seed = 10;
      const actions = sample(flowSdeSampler(100, level), ofNormal, start, (shape) => normal(shape, seed++));
      const { mean, variance } = tf.moments(actions);
      // Of 4000 samples the mean is known to 0.008, the deviation to 0.006; without the pull it would be 0.83 at the smaller level.
      expect(mean).toBeAllclose([0.3], { atol: 0.025 });
      expect(variance.sqrt()).toBeAllclose([0.5], { atol: 0.025 });
    }
  });

  it('is the flow itself without noise', () => {
    const start = normal([2, 3, 2], 5);
    expect(sample(flowSdeSampler(4, 0), denoise, start)).toBeAllclose(
      sample(flowSampler(4, 0), denoise, start),
    );
  });

  it('refuses no steps and a negative level', () => {
    expect(() => flowSdeSampler(0, 1)).toThrow('flowSdeSampler: count is 0, wanted a whole number above 0');
    expect(() => flowSdeSampler(2, -1)).toThrow('flowSdeSampler: level is -1, wanted 0 or more');
  });
});
