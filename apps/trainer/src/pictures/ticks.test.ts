import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { axisTitle, ticksOf } from './ticks.ts';

describe('ticksOf', () => {
  it.each([
    { values: [0, 2.2e-6], exponent: -6, format: undefined },
    { values: [-0.004, 0.001], exponent: -3, format: undefined },
    { values: [1e-3], exponent: -3, format: '.3~g' },
    { values: [-0.0508, -0.0508], exponent: 0, format: '.3~g' },
    { values: [0, 0.01], exponent: 0, format: undefined },
    { values: [1500, 9999], exponent: 0, format: undefined },
    { values: [0, -12_000], exponent: 0, format: '~s' },
    { values: [0, NaN, -Infinity], exponent: 0, format: '.3~g' },
    { values: [], exponent: 0, format: undefined },
  ])('counts $values in 1e$exponent, in the format $format', ({ values, exponent, format }) => {
    expect(ticksOf(values)).toMatchObject({ exponent, format });
  });

  it('counts the largest of small numbers as 1 to 1000', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 0.0099, noNaN: true }), (largest) => {
        const counted = largest * 10 ** -ticksOf([0, largest]).exponent;
        expect(counted).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(counted).toBeLessThan(1000);
      }),
    );
  });

  it('wants a tick for each of a few whole numbers, and no certain number of others', () => {
    expect([[0, 1, 4], [3], [0, 0.5], [0, 7]].map((values) => ticksOf(values).count)).toEqual([
      4,
      1,
      undefined,
      undefined,
    ]);
  });
});

describe('axisTitle', () => {
  it('has what the numbers are counted in behind the name', () => {
    expect(axisTitle('KL', 'nats', -6)).toBe('KL, 1e-6 nats');
    expect(axisTitle('loss', undefined, -3)).toBe('loss, 1e-3');
    expect(axisTitle('time', 's', 0)).toBe('time, s');
    expect(axisTitle('share', undefined, 0)).toBe('share');
  });
});
