import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { pcg64, pcg64From } from './pcg64.ts';
import { standardNormal } from './standard-normal.ts';

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

  it('goes on from its words with the same bits', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(20), (seed, drawn) => {
        const generator = pcg64(seed);
        for (let i = 0; i < drawn; i++) generator.bits();
        const other = pcg64From(Float64Array.from(generator.words()));
        expect([1, 2, 3].map(() => other.bits())).toEqual([1, 2, 3].map(() => generator.bits()));
        expect(other.words()).toEqual(generator.words());
      }),
    );
  });

  it('refuses a seed that is no whole number', () => {
    expect(() => pcg64(-1)).toThrow('pcg64: seed is -1');
    expect(() => pcg64(0.5)).toThrow(RangeError);
  });
});

describe('standardNormal', () => {
  it('draws what numpy draws, beyond the ziggurat too', () => {
    // default_rng(7).standard_normal(20000): the first four, the first in the tail, the last.
    const generator = pcg64(7);
    const draws = Array.from({ length: 20_000 }, () => standardNormal(generator));
    expect([0, 1, 2, 3, 2311, 19999].map((i) => draws[i])).toBeAllclose(
      [
        0.0012301533574825742, 0.2987455375084699, -0.2741378553622176, -0.8905918387572742,
        -3.661081810206792, -0.49851470894315997,
      ],
      { atol: 0, rtol: 1e-13 },
    );
  });

  it('has mean 0 and variance 1', () => {
    const generator = pcg64(0);
    const draws = Array.from({ length: 50_000 }, () => standardNormal(generator));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length - mean ** 2;
    // Five standard errors: 5/√50000 and 5·√(2/50000).
    expect(Math.abs(mean)).toBeLessThan(0.0224);
    expect(Math.abs(variance - 1)).toBeLessThan(0.0317);
  });
});
