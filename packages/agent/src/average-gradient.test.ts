import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { averageGradient, partialGradient, slices } from './average-gradient.ts';

/** ½ mean (w·x − 1)², and what else is counted; w has no part in `other`. */
const gradient = partialGradient(({ w }: tf.NamedTensorMap, x: tf.Tensor1D) => {
  const error = w.mul(x).sub(1);
  return { loss: error.square().mean<tf.Scalar>().mul<tf.Scalar>(0.5), mean: x.mean<tf.Scalar>() };
});

const averaged = (numbers: readonly number[], size: number) =>
  averageGradient(
    gradient,
    { w: tf.scalar(2), other: tf.scalar(1) },
    slices(numbers.length, size).map(({ from, to }) => ({
      share: (to - from) / numbers.length,
      batch: () => tf.tensor1d(numbers.slice(from, to)),
    })),
  );

describe('averageGradient', () => {
  it('is by hand that of two unequal parts', () => {
    // w = 2: errors 1, 3, 5; loss ½·35/3; gradient mean (error · x) = (1 + 6 + 15)/3.
    tf.tidy(() => {
      const { gradients, scalars } = averaged([1, 2, 3], 2);
      expect(Object.keys(gradients)).toEqual(['w']);
      expect(gradients.w.data).toBeAllclose([22 / 3]);
      expect(scalars.loss).toBeCloseTo(35 / 6, 5);
      expect(scalars.mean).toBeCloseTo(2, 6);
    });
  });

  it('does not depend on the size of the parts, and keeps only its result', () => {
    const numbers = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 9 }), (values, size) => {
        tf.tidy(() => {
          const [whole, parts] = [averaged(values, 9), averaged(values, size)];
          expect(parts.gradients.w.data).toBeAllclose(whole.gradients.w.data, { atol: 1e-5 });
          expect(parts.scalars.loss).toBeCloseTo(whole.scalars.loss, 4);
          expect(parts.scalars.mean).toBeCloseTo(whole.scalars.mean, 5);
        });
      }),
      { numRuns: 30 },
    );
    const params = { w: tf.scalar(2) };
    const part = { share: 0.5, batch: () => tf.tensor1d([1, 2]) };
    expect(() => averageGradient(gradient, params, [part, part]).gradients).toKeepOnlyItsResult();
  });
});

it('slices a length into pieces of at most a size', () => {
  expect(slices(5, 2)).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 4 },
    { from: 4, to: 5 },
  ]);
  expect(slices(4, 9)).toEqual([{ from: 0, to: 4 }]);
});
