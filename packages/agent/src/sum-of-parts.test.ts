import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { sumOfParts } from './sum-of-parts.ts';

const part = (a: number, loss: number) => ({
  gradients: { w: tf.tensor2d([[a, 2 * a]]) },
  scalars: { loss },
});

it('adds in the order of the parts, rounding each sum to float32', () => {
  // 2²⁴ + 1 is 2²⁴ in float32, so from the left 2²⁴ stays and from the right it is 2²⁴ + 2.
  const parts = [part(2 ** 24, 1), part(1, 2), part(1, 3)];
  const sum = sumOfParts(parts);
  expect(sum.gradients.w.shape).toEqual([1, 2]);
  expect([...sum.gradients.w.dataSync()]).toEqual([2 ** 24, 2 ** 25]);
  expect([...sumOfParts(parts.toReversed()).gradients.w.dataSync()][0]).toBe(2 ** 24 + 2);
  expect(sum.scalars.loss).toBe(6);
  expect(parts[0].scalars.loss).toBe(1);
});

it('is the part itself where there is one', () => {
  const only = part(3, 1);
  expect(sumOfParts([only])).toBe(only);
});
