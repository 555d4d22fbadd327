import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { clipRanges, denoisingDiscounts } from './denoising.ts';

const counts = fc.integer({ min: 1, max: 50 });

describe('denoisingDiscounts', () => {
  it('gives all to the step that makes the action', () => {
    expect(denoisingDiscounts(0.9, 3)).toBeAllclose([0.81, 0.9, 1]);
  });

  it('discounts each step by gamma against the next', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 1, noNaN: true }), counts, (gamma, steps) => {
        const discounts = denoisingDiscounts(gamma, steps);
        expect(discounts.subarray(0, -1)).toBeAllclose(
          discounts.subarray(1).map((discount) => discount * gamma),
        );
        expect(discounts.at(-1)).toBe(1);
      }),
    );
  });

  it('refuses a gamma above 1 and half a step', () => {
    expect(() => denoisingDiscounts(1.1, 2)).toThrow(
      'denoisingDiscounts: gamma is 1.1, wanted a number in [0, 1]',
    );
    expect(() => denoisingDiscounts(1, 0.5)).toThrow(
      'denoisingDiscounts: steps is 0.5, wanted a whole number above 0',
    );
  });
});

describe('clipRanges', () => {
  it('rises exponentially, as the reference has it for ten steps', () => {
    expect(clipRanges({ clip: 0.01, base: 0.001, rate: 3 }, 10)).toBeAllclose(
      [0.001, 0.001187, 0.001447, 0.00181, 0.002317, 0.003025, 0.004013, 0.005391, 0.007315, 0.01],
      { atol: 5e-7 }, // printed with six digits
    );
  });

  it('is the clip itself for a single step', () => {
    expect(clipRanges({ clip: 0.25, base: 0.125, rate: 3 }, 1)).toEqual(Float32Array.of(0.25));
  });

  it('is a straight line when the rate is 0', () => {
    expect(clipRanges({ clip: 0.3, base: 0.1, rate: 0 }, 3)).toBeAllclose([0.1, 0.2, 0.3]);
  });

  it('goes from base to clip without ever falling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (steps, rate) => {
          const ranges = clipRanges({ clip: 0.5, base: 0.25, rate }, steps);
          expect(ranges[0]).toBe(0.25);
          expect(ranges.at(-1)).toBe(0.5);
          expect(ranges).toEqual(ranges.toSorted());
        },
      ),
    );
  });

  it('refuses a range of 0 and no steps', () => {
    expect(() => clipRanges({ clip: 0.1, base: 0.1, rate: 3 }, 0)).toThrow(
      'clipRanges: steps is 0, wanted a whole number above 0',
    );
    expect(() => clipRanges({ clip: 0.1, base: 0.1, rate: 1000 }, 2)).toThrow('rate 1000');
    expect(() => clipRanges({ clip: 0, base: 0.1, rate: 3 }, 2)).toThrow(
      'clipRanges: got clip 0, base 0.1, rate 3, wanted clip and base above 0, all three and e^rate finite',
    );
  });
});
