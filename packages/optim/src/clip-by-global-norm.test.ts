import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';

describe('clipByGlobalNorm', () => {
  it('halves a 3-4-5 triangle when half its length is allowed', () => {
    const { gradients, norm } = clipByGlobalNorm({ a: tf.tensor1d([3]), b: tf.tensor2d([[4]]) }, 2.5);
    expect(norm).toBeAllclose([5]);
    expect(gradients.a).toBeAllclose([1.5]);
    expect(gradients.b).toBeAllclose([2]);
  });

  it('never gives a longer gradient than allowed, keeps its direction, and leaves a short one alone', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    const vector = fc.array(value, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(vector, vector, fc.double({ min: 0.01, max: 1000, noNaN: true }), (a, b, maxNorm) => {
        const length = Math.hypot(...a, ...b);
        const { gradients } = clipByGlobalNorm({ a: tf.tensor1d(a), b: tf.tensor1d(b) }, maxNorm);
        const clipped = [...gradients.a.dataSync(), ...gradients.b.dataSync()];
        expect(Math.hypot(...clipped)).toBeLessThanOrEqual(maxNorm * (1 + 1e-5));
        const scale = Math.min(1, maxNorm / (length + 1e-6));
        expect(clipped).toBeAllclose(
          [...a, ...b].map((each) => each * scale),
          { atol: 1e-6, rtol: 1e-5 },
        );
      }),
      { numRuns: 50 },
    );
  });

  it('keeps only its result', () => {
    const gradients = { a: tf.tensor1d([3, 4]), b: tf.scalar(1) };
    expect(() => ({ ...clipByGlobalNorm(gradients, 1) })).toKeepOnlyItsResult();
  });

  it('refuses nothing to clip and a norm of nought', () => {
    expect(() => clipByGlobalNorm({}, 1)).toThrow('no gradients');
    expect(() => clipByGlobalNorm({ a: tf.scalar(1) }, 0)).toThrow('maxNorm 0');
  });
});
