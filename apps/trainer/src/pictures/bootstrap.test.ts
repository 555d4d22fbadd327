import fc from 'fast-check';
import { expect, it } from 'vitest';

import { bootstrapIntervals } from './bootstrap.ts';

it('lies between the quantiles of the means of resamples', () => {
  // The mean of four draws of 0, 0, 0, 4 is k with the probability that k of them hit the 4, k ~ B(4, 1/4): 0.3164 for 0, 0.0508 for 3 or
  // more, 0.0039 for 4. So the quantile 0.025 is 0 and the quantile 0.975 is 3. Of 0 and 1 each end has 1/4.
  expect(bootstrapIntervals([[0, 0, 0, 4]])).toEqual([{ low: 0, high: 3 }]);
  expect(bootstrapIntervals([[0, 1]])).toEqual([{ low: 0, high: 1 }]);
});

it('comes near to the normal interval of many values', () => {
  // The mean of n values of variance 1 has the deviation 1/√n, and ±1.96 of it are 95 %. 10,000 resamples know a quantile to about 2 % of that.
  const values = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const [{ low, high }] = bootstrapIntervals([values]);
  expect(Math.abs(low + 0.196)).toBeLessThan(0.02);
  expect(Math.abs(high - 0.196)).toBeLessThan(0.02);
});

const sample = fc.array(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), { minLength: 1, maxLength: 6 });
const few = { resamples: 200 };

it('lies within the values, moves and grows with them, and repeats', () => {
  fc.assert(
    fc.property(sample, fc.integer({ min: 0 }), (values, seed) => {
      const [interval] = bootstrapIntervals([values], { seed, ...few });
      const [again, moved, same] = bootstrapIntervals(
        [values, values.map((value) => 5 - 2 * value), values.map(() => 7)],
        { seed, ...few },
      );
      expect(again).toEqual(interval);
      expect(interval.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(interval.high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      expect(moved.low).toBeCloseTo(5 - 2 * interval.high, 8);
      expect(moved.high).toBeCloseTo(5 - 2 * interval.low, 8);
      expect(same.low).toBeCloseTo(7, 12);
      expect(same.high).toBeCloseTo(7, 12);
    }),
  );
});

it('draws the same of all samples', () => {
  // Were they drawn apart, the first and the last of a hundred would hardly have the very same ends.
  const values = [1, 4, 2, 8, 5, 7];
  const all = bootstrapIntervals(Array.from({ length: 100 }, () => values));
  expect(all[99]).toEqual(all[0]);
});
