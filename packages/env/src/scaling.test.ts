import fc from 'fast-check';
import { expect, it } from 'vitest';

import { isConstant, scaled, unscaled } from './scaling.ts';

const [min, max] = [Float32Array.of(-1, 0), Float32Array.of(1, 4)];

it('is by hand 2·((x − min) / (max − min + 1e-6) − ½), and back (x′ + 1)/2·(max − min) + min', () => {
  // First dimension: 2·(1/(2 + 10⁻⁶) − ½) ≈ −5·10⁻⁷; second: 2·(3/(4 + 10⁻⁶) − ½) ≈ 0.5.
  expect(scaled(Float32Array.of(0, 3), min, max)).toBeAllclose([-5e-7, 0.4999996], { atol: 1e-7 });
  expect(unscaled(Float32Array.of(0, 0.5), min, max)).toBeAllclose([0, 3]);
});

it('maps rows within their ranges into [−1, 1], the minimum to −1, and back to within 1e-6 of the range', () => {
  const unit = fc.float({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(unit, unit), { minLength: 1, maxLength: 9 }), (shares) => {
      const rows = Float32Array.from(shares.flatMap(([a, b]) => [-1 + 2 * a, 4 * b]));
      const inside = scaled(rows, min, max);
      expect(inside.every((value) => value >= -1 && value <= 1)).toBe(true);
      expect(unscaled(inside, min, max)).toBeAllclose(rows, { atol: 2e-6 });
    }),
  );
  expect(scaled(Float32Array.of(-1, 0), min, max)).toEqual(Float32Array.of(-1, -1));
});

it('refuses what is no whole row, and bounds of two lengths', () => {
  expect(() => scaled(new Float32Array(3), min, max)).toThrow(
    new RangeError('scaled: [3] values, min [2], max [2] do not agree'),
  );
  expect(() => unscaled(new Float32Array(2), min, [1])).toThrow('unscaled: [2] values, min [2], max [1]');
});

it('sees a dimension that never varied in its own units, −1 where it stays what it was', () => {
  const five = Float32Array.of(5);
  // Two hundredths and one rounding beyond: 2·10⁴ and −0.05 by the formula of the reference.
  expect(scaled(Float32Array.of(5, 5.02, 5.0000005), five, five)).toBeAllclose([-1, -0.98, -1], {
    atol: 1e-6,
  });
  expect(unscaled(Float32Array.of(-1, 0, 1), five, five)).toEqual(Float32Array.of(5, 5, 5));
});

it.each([
  ['two equal rows', 0.3, 0.3, true],
  ['a range of 10⁻⁶', 0, 1e-6, true],
  ['one rounding of float32', 1000, 1000.00006103515625, true],
  ['a range that is small but one', 0, 2e-6, false],
  ['many roundings', 1000, 1000.01, false],
  ['no numbers', NaN, NaN, false],
])('is constant, or not: %s', (_, low, high, expected) => {
  expect(isConstant(low, high)).toBe(expected);
});

it('is the formula of the reference for every range that is not constant', () => {
  const ends = fc.float({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(ends, ends, fc.float({ min: -1000, max: 1000, noNaN: true }), (a, b, x) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      fc.pre(!isConstant(low, high));
      const reference = Math.fround(2 * ((x - low) / (high - low + 1e-6) - 0.5));
      expect(scaled(Float32Array.of(x), [low], [high])).toEqual(Float32Array.of(reference));
    }),
  );
});
