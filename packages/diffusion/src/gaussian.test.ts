import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { gaussianLogProb } from './gaussian.ts';

const chunk = (...values: number[]): tf.Tensor3D => tf.tensor3d(values, [1, values.length, 1]);

describe('gaussianLogProb', () => {
  it('is −½ ln 2π at the mean of a standard normal, and z²/2 less away from it', () => {
    expect(gaussianLogProb({ mean: chunk(0, 0, 1), std: 1 }, chunk(0, 2, 0))).toBeAllclose([
      -0.9189385, -2.9189385, -1.4189385,
    ]);
  });

  it('is ln 10 higher at the mean when the standard deviation is a tenth', () => {
    expect(gaussianLogProb({ mean: chunk(3), std: 0.1 }, chunk(3))).toBeAllclose([1.3836466]);
  });

  it('integrates to 1 whatever the mean and the standard deviation', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        (mean, std) => {
          const x = tf.linspace(mean - 6 * std, mean + 6 * std, 401).as3D(1, 401, 1);
          const density = gaussianLogProb({ mean: tf.onesLike(x).mul(mean), std }, x).exp();
          // The rectangle rule over ±6σ; float32 sums of 401 numbers.
          expect(density.sum().mul((12 * std) / 400)).toBeAllclose([1], { atol: 1e-4 });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('does the same with a standard deviation for each element', () => {
    const mean = chunk(0.3, -0.2);
    const x = chunk(0.1, 0.9);
    expect(gaussianLogProb({ mean, std: chunk(0.5, 0.5) }, x)).toBeAllclose(
      gaussianLogProb({ mean, std: 0.5 }, x),
    );
  });

  it('refuses another shape and a standard deviation of 0', () => {
    expect(() => gaussianLogProb({ mean: chunk(0), std: 1 }, chunk(0, 1))).toThrow(
      "gaussianLogProb: x [1,2,1], wanted the mean's shape [1,1,1], each above 0",
    );
    expect(() => gaussianLogProb({ mean: chunk(0), std: chunk(1, 1) }, chunk(0))).toThrow(
      'gaussianLogProb: std [1,2,1], wanted one that broadcasts to x [1,1,1]',
    );
    expect(() => gaussianLogProb({ mean: chunk(0), std: -0.5 }, chunk(0))).toThrow('std is -0.5');
    const none: tf.Tensor3D = tf.zeros([0, 1, 1]);
    expect(() => gaussianLogProb({ mean: none, std: 1 }, none)).toThrow(
      "gaussianLogProb: x [0,1,1], wanted the mean's shape [0,1,1], each above 0",
    );
    expect(() => gaussianLogProb({ mean: chunk(0), std: 0 }, chunk(0))).toThrow(
      'gaussianLogProb: std is 0, wanted a number above 0',
    );
  });

  it('keeps only its result', () => {
    const [mean, x] = [chunk(0, 1), chunk(1, 2)];
    expect(() => gaussianLogProb({ mean, std: 0.1 }, x)).toKeepOnlyItsResult();
  });
});
