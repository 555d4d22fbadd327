import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { pcg64, pcg64From } from './pcg64.ts';

// Recorded with numpy 2.4.6: default_rng(seed).random(3).
const recorded: readonly { seed: number; draws: readonly number[] }[] = [
  {
    seed: 0,
    draws: [0.6369616873214543, 0.2697867137638703, 0.04097352393619469],
  },
  {
    seed: 1,
    draws: [0.5118216247002567, 0.9504636963259353, 0.14415961271963373],
  },
  {
    seed: 12345,
    draws: [0.22733602246716966, 0.31675833970975287, 0.7973654573327341],
  },
  {
    seed: 1099511627783,
    draws: [0.829812891829413, 0.25530515834910417, 0.15379071585298754],
  },
];

describe('pcg64', () => {
  it.each(recorded)('draws what numpy draws for seed $seed', ({ seed, draws }) => {
    const { random } = pcg64(seed);
    expect(draws.map(random)).toEqual(draws);
  });

  it('gives numbers in [0, 1), and other ones for another seed', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seed) => {
        const value = pcg64(seed).random();
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
        expect(pcg64(seed === 0 ? 1 : seed - 1).random()).not.toBe(value);
      }),
    );
  });

  // Recorded with numpy 2.4.6: default_rng(seed).integers(low, high) one after another, then random().
  it.each([
    { seed: 0, low: 50, high: 450, draws: [390, 304, 254, 157, 173], next: 0.016527635528529094 },
    { seed: 7, low: -3, high: 4, draws: [3, 1, 1, 3, 1, 2], next: 0.22520718999059186 },
    {
      seed: 12345,
      low: 0,
      high: 3_000_000_000,
      draws: [2_097_645_094, 682_008_066, 2_365_940_964, 950_275_018, 2_392_096_371],
      next: 0.6762546707509746,
    },
  ])(
    'draws whole numbers as numpy does for seed $seed, two from 64 bits',
    ({ seed, low, high, draws, next }) => {
      const { integer, random } = pcg64(seed);
      expect(draws.map(() => integer(low, high))).toEqual(draws);
      expect(random()).toBe(next);
    },
  );

  it('draws whole numbers within their bounds, each of a few equally often', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer(), fc.integer({ min: 2, max: 2 ** 31 }), (seed, low, count) => {
        const value = pcg64(seed).integer(low, low + count);
        expect(Number.isInteger(value) && value >= low && value < low + count).toBe(true);
      }),
    );
    const { integer } = pcg64(1);
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++) counts[integer(0, 3)] += 1;
    // Five standard deviations of the binomial: 5·√(3000·⅓·⅔).
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(129);
  });

  it.each([
    [0, 1],
    [5, 2],
    [0.5, 3],
    [0, 2 ** 32],
  ])('refuses to draw a whole number in [%d, %d)', (low, high) => {
    expect(() => pcg64(0).integer(low, high)).toThrow(`pcg64: integer in [${low}, ${high})`);
  });

  it('goes on from its words with the same bits, half a draw of whole numbers included', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(20), fc.nat(3), (seed, drawn, whole) => {
        const generator = pcg64(seed);
        for (let i = 0; i < drawn; i++) generator.bits();
        for (let i = 0; i < whole; i++) generator.integer(0, 100);
        const other = pcg64From(Float64Array.from(generator.words()));
        const next = (of: typeof other) => [of.integer(-5, 1000), of.bits(), of.integer(-5, 1000)];
        expect(next(other)).toEqual(next(generator));
        expect(other.words()).toEqual(generator.words());
      }),
    );
  });

  it('refuses a seed that is no whole number', () => {
    expect(() => pcg64(-1)).toThrow('pcg64: seed is -1');
    expect(() => pcg64(0.5)).toThrow(RangeError);
  });
});
