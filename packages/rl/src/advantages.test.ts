import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { clipToQuantiles, normalizeAdvantages } from './advantages.ts';

const batches = fc.float32Array({
  min: -100,
  max: 100,
  noNaN: true,
  noDefaultInfinity: true,
  minLength: 2,
  maxLength: 40,
});

describe('normalizeAdvantages', () => {
  it('divides by the standard deviation with n − 1', () => {
    // mean 2, squared distances 1 + 0 + 1, divided by 2: standard deviation 1.
    expect(normalizeAdvantages(Float32Array.of(1, 2, 3))).toBeAllclose([-1, 0, 1]);
  });

  it('does not change with an offset or a scale', () => {
    fc.assert(
      fc.property(batches, fc.float({ min: 1, max: 8, noNaN: true }), (batch, scale) => {
        fc.pre(Math.max(...batch) - Math.min(...batch) > 1);
        const moved = normalizeAdvantages(batch.map((advantage) => advantage * scale + 16));
        // The moved batch is rounded to float32 at up to 816.
        expect(moved).toBeAllclose(normalizeAdvantages(batch), { atol: 1e-3 });
      }),
    );
  });

  it('is 0 for one advantage, and for equal ones', () => {
    expect(normalizeAdvantages(Float32Array.of(5))).toEqual(Float32Array.of(0));
    expect(normalizeAdvantages(Float32Array.of(5, 5))).toEqual(Float32Array.of(0, 0));
  });

  it('refuses none, and one that is not a number', () => {
    expect(() => normalizeAdvantages(new Float32Array())).toThrow(
      'normalizeAdvantages: got no advantages, wanted at least 1',
    );
    expect(() => normalizeAdvantages(Float32Array.of(1, NaN))).toThrow(
      'normalizeAdvantages: advantage 1 is NaN, wanted a finite number',
    );
  });
});

describe('clipToQuantiles', () => {
  it('interpolates between neighbours', () => {
    // Of 0, 10, 20, 30, 40 the quantiles 0.05 and 0.875 are at positions 0.2 and 3.5: 2 and 35.
    expect(clipToQuantiles(Float32Array.of(40, 0, 20, 10, 30), 0.05, 0.875)).toBeAllclose([
      35, 2, 20, 10, 30,
    ]);
  });

  it('changes nothing between 0 and 1, and makes all the median at a half', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        expect(clipToQuantiles(batch, 0, 1)).toEqual(batch);
        const medians = new Set(clipToQuantiles(batch, 0.5, 0.5));
        expect(medians.size).toBe(1);
      }),
    );
  });

  it('keeps the order and borrows its argument', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const sorted = batch.toSorted();
        const before = sorted.slice();
        const clipped = clipToQuantiles(sorted, 0.1, 0.8);
        expect(clipped).toEqual(clipped.toSorted());
        expect(sorted).toEqual(before);
      }),
    );
  });

  it('refuses quantiles that are none, and advantages that are not finite', () => {
    expect(() => clipToQuantiles(Float32Array.of(1), 0.6, 0.5)).toThrow(
      'clipToQuantiles: got 0.6 and 0.5, wanted 0 ≤ lower ≤ upper ≤ 1',
    );
    expect(() => clipToQuantiles(Float32Array.of(Infinity), 0, 1)).toThrow(
      'clipToQuantiles: advantage 0 is Infinity, wanted a finite number',
    );
  });
});
