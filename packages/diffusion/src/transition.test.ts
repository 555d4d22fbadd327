import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { transition, type Denoise } from './transition.ts';

const step = { time: 3, alphaBar: 0.25, x0Coef: 0.5, xCoef: 0.25, std: 0.1 };
const chunk = (...values: number[]): tf.Tensor3D => tf.tensor3d(values, [1, values.length, 1]);
const timeTenth: Denoise = (x, time) => tf.onesLike(x).mul(time).mul(0.1);
const none: Denoise = (x) => tf.zerosLike(x);

describe('transition', () => {
  it('clamps the predicted chunk before it mixes it with the noisy one', () => {
    // ε̂ = 0: x̂₀ = x / √¼ = 2x, so x = 1 gives clamp(2) / 2 + 1 / 4 and x = ¼ gives ½ / 2 + 1 / 16.
    const { mean, std } = transition(step, none, chunk(1, 0.25));
    expect(mean).toBeAllclose([0.75, 0.3125]);
    expect(std).toBe(0.1);
  });

  it('clamps nothing at infinity', () => {
    expect(transition(step, none, chunk(1), { clipX0: Infinity }).mean).toBeAllclose([1.25]);
  });

  it('takes away the predicted noise', () => {
    // x̂₀ = 2 · 0.5 − √3 · 0.5 = 0.1339746; mean = 0.0669873 + 0.125.
    expect(transition(step, (x) => tf.fill(x.shape, 0.5), chunk(0.5)).mean).toBeAllclose([0.1919873]);
  });

  it('takes the output for the chunk itself when the network predicts that', () => {
    expect(transition(step, timeTenth, chunk(0.4), { prediction: 'x0' }).mean).toBeAllclose([0.25]);
  });

  it('agrees between a network that predicts noise and one that predicts the chunk', () => {
    const value = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(value, value, (x, noise) => {
        const x0 = 2 * x - Math.sqrt(3) * noise;
        const fromNoise = transition(step, () => chunk(noise), chunk(x));
        const fromX0 = transition(step, () => chunk(x0), chunk(x), { prediction: 'x0' });
        expect(fromNoise.mean).toBeAllclose(fromX0.mean);
      }),
    );
  });

  it('has no gradient where the predicted chunk is clamped, and all of it at the very limit', () => {
    // Predicting x₀: d mean / d x̂₀ = ½ inside [−1, 1], and 0 outside.
    const gradient = tf.grad((output) =>
      transition(step, () => output.as3D(1, 3, 1), chunk(0, 0, 0), { prediction: 'x0' }).mean.sum(),
    );
    expect(gradient(chunk(0.5, 1, 1.5))).toBeAllclose([0.5, 0.5, 0]);
  });

  it('refuses no chunks, a negative std, an answer of another shape and another kind of prediction', () => {
    expect(() => transition(step, none, tf.zeros([0, 1, 1]))).toThrow(
      'transition: x [0,1,1], wanted [B, Ta, Da], each above 0',
    );
    expect(() => transition({ ...step, std: -0.1 }, none, chunk(1))).toThrow(
      'transition: step 0 has std -0.1, wanted 0 or more',
    );
    expect(() => transition(step, () => chunk(1, 2), chunk(1))).toThrow(
      'denoise gave [1,2,1], wanted [1,1,1]',
    );
    const options = JSON.parse('{ "prediction": "v" }');
    expect(() => transition(step, none, chunk(1), options)).toThrow(
      'transition: prediction is v, wanted epsilon or x0',
    );
  });

  it('refuses a limit that is not above 0', () => {
    expect(() => transition(step, none, chunk(1), { clipX0: 0 })).toThrow(
      'transition: clipX0 is 0, wanted a number above 0',
    );
  });

  it('keeps only its result', () => {
    const x = chunk(1, 2);
    expect(() => ({ mean: transition(step, none, x).mean })).toKeepOnlyItsResult();
  });
});
