import fc from 'fast-check';
import { expect, it } from 'vitest';

import { seeded } from './randomness.ts';

const whole = fc.integer({ min: 0, max: 1e6 });
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value / values.length, 0);

const draw = (seed: number, stream: number) => {
  const random = seeded(seed, stream);
  return [...random.normal(3), ...random.permutation(5), random.uniform()];
};

it.each([
  [0, 0],
  [1, 7],
  [123_456, 3],
])('draws numbers with the moments of a standard normal, from seed %i and stream %i', (seed, stream) => {
  const z = seeded(seed, stream).normal(100_000);
  // Of n = 10⁵ the moments are 0, 1, 0, 3 with deviations √(1/n), √(2/n), √(15/n), √(96/n): four of each.
  for (const [power, moment, variance] of [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ]) {
    expect(Math.abs(mean(z.map((value) => value ** power)) - moment)).toBeLessThan(
      4 * Math.sqrt(variance / 1e5),
    );
  }
  // Neighbours come of one radius and angle, but neither they nor their squares are correlated.
  expect(Math.abs(mean(z.map((value, i) => value * z[i ^ 1])))).toBeLessThan(
    4 * Math.sqrt(1 / 1e5) * Math.SQRT2,
  );
  expect(Math.abs(mean(z.map((value, i) => (value * z[i ^ 1]) ** 2)) - 1)).toBeLessThan(0.05);
});

it('draws uniform numbers of [0, 1) with their mean and variance', () => {
  const random = seeded(5, 0);
  const u = Float64Array.from({ length: 100_000 }, () => random.uniform());
  expect(u.every((value) => value >= 0 && value < 1)).toBe(true);
  // ½ with a deviation of √(1/12n) = 0.0009, and 1/12 with one of √(1/180n) = 0.0002.
  expect(Math.abs(mean(u) - 1 / 2)).toBeLessThan(0.004);
  expect(Math.abs(mean(u.map((value) => (value - 1 / 2) ** 2)) - 1 / 12)).toBeLessThan(0.001);
});

it('draws as many numbers as asked for, the last of an odd number too', () => {
  fc.assert(
    fc.property(whole, fc.nat(9), (seed, count) => {
      const z = seeded(seed, 0).normal(count);
      expect(z).toHaveLength(count);
      expect(z).toEqual(
        seeded(seed, 0)
          .normal(count + 1)
          .slice(0, count),
      );
    }),
  );
});

it('permutes whole numbers, each place with each as often', () => {
  const random = seeded(2, 0);
  const counts = new Float64Array(9);
  for (let i = 0; i < 9000; i++) {
    const order = random.permutation(3);
    expect(order.toSorted()).toEqual(Int32Array.of(0, 1, 2));
    for (const [place, value] of order.entries()) counts[3 * place + value]++;
  }
  // 3000 each, with a deviation of √(9000 · ⅓ · ⅔) = 45.
  expect(counts.every((count) => Math.abs(count - 3000) < 180)).toBe(true);
});

it('repeats itself for the same seed and stream, and for no other', () => {
  fc.assert(
    fc.property(whole, whole, fc.integer({ min: 1, max: 1e6 }), (seed, stream, apart) => {
      expect(draw(seed, stream)).toEqual(draw(seed, stream));
      expect(draw(seed, stream + apart)).not.toEqual(draw(seed, stream));
      expect(draw(seed + apart, stream)).not.toEqual(draw(seed, stream));
    }),
  );
});

it('is made of its address again', () => {
  const random = seeded(3, 'learn', 7).at(2);
  expect(random.address).toEqual([3, 'learn', 7, 2]);
  expect(seeded(...(random.address ?? [0])).normal(3)).toEqual(random.normal(3));
});
