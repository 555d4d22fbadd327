import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { explainedVariance } from './explained-variance.ts';

const returns = Float32Array.of(1, 2, 3, 4);

describe('explainedVariance', () => {
  it('is the share of the variance that is not left over', () => {
    // R − V = 0, 0, 1, 1 of variance ¼; R has variance 5/4.
    expect(explainedVariance(Float32Array.of(1, 2, 2, 3), returns)).toBeCloseTo(0.8, 6);
  });

  it('is 1 for the returns themselves, moved or not, and 0 for a constant', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8, max: 8 }), (offset) => {
        expect(
          explainedVariance(
            returns.map((value) => value + offset),
            returns,
          ),
        ).toBe(1);
        expect(explainedVariance(new Float32Array(4).fill(offset), returns)).toBe(0);
      }),
    );
  });

  it('is 0, not NaN, where the returns do not vary', () => {
    expect(explainedVariance(returns, new Float32Array(4).fill(7))).toBe(0);
  });

  it('refuses numbers that do not agree, and one that is none', () => {
    expect(() => explainedVariance(Float32Array.of(1, 2, NaN, 4), returns)).toThrow(
      'explainedVariance: got a value or return that is not finite',
    );
    expect(() => explainedVariance(new Float32Array(1), returns)).toThrow(
      'explainedVariance: got 1 values and 4 returns, wanted as many, above 0',
    );
  });
});
