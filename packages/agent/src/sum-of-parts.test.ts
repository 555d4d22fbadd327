import { expect, it } from 'vitest';

import { sumOfParts } from './sum-of-parts.ts';

const part = (a: number, loss: number, kl = 0) => ({
  gradients: { w: { shape: [1, 2], data: Float32Array.of(a, 2 * a) } },
  scalars: { loss, kl },
});

it('adds in the order of the parts, rounding each sum to float32', () => {
  // 2²⁴ + 1 is 2²⁴ in float32, so from the left 2²⁴ stays and from the right it is 2²⁴ + 2.
  const parts = [part(2 ** 24, 1), part(1, 2), part(1, 3)];
  const sum = sumOfParts(parts);
  expect(sum.gradients.w.shape).toEqual([1, 2]);
  expect([...sum.gradients.w.data]).toEqual([2 ** 24, 2 ** 25]);
  expect([...sumOfParts(parts.toReversed()).gradients.w.data][0]).toBe(2 ** 24 + 2);
  expect(sum.scalars.loss).toBe(6);
  expect([...parts[0].gradients.w.data, parts[0].scalars.loss]).toEqual([2 ** 24, 2 ** 25, 1]);
});

it('is the part itself where there is one', () => {
  const only = part(3, 1);
  expect(sumOfParts([only])).toBe(only);
});

it('names the term of a part that is not finite', () => {
  expect(() => sumOfParts([part(1, 1), part(1, 1, Infinity)])).toThrow(
    'update: kl is Infinity, wanted a finite number',
  );
});
