import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { childSeed } from './child-seed.ts';
import { seedSequence } from './seed-sequence.ts';

describe('seedSequence', () => {
  // Recorded with numpy 2.4.6: SeedSequence(seed, spawn_key=key).generate_state(4).
  it.each([
    [0, [], [2968811710, 3677149159, 745650761, 2884920346]],
    [12345, [], [2688385916, 3048105090, 4196366895, 3152189807]],
    [0, [0], [3757552657, 2018376492, 1456443223, 3395645823]],
    [0, [0, 0], [4088532484, 613525653, 3267360767, 1994310548]],
    [42, [1, 2], [4007147622, 3772432517, 3162052391, 3078089812]],
    [43, [1, 2], [740365513, 4132832992, 1122995470, 2855548289]],
    [1099511627783, [5, 3, 4294967303], [2791770478, 3071124505, 3025515887, 724417548]],
    [5, [1, 2, 3, 4, 5, 6, 7], [594966802, 1043852284, 779206104, 2859523041]],
  ])('generates the words of numpy for seed %i and spawn key %j', (seed, key, words) => {
    expect(seedSequence(seed, 4, key)).toEqual(words);
  });
});

describe('childSeed', () => {
  it('gives neighbouring seeds, iterations and environments no seed in common', () => {
    const seeds = [0, 1, 2, 42, 43, 2 ** 32, 2 ** 32 + 1].flatMap((seed) =>
      Array.from({ length: 50 * 40 }, (_, i) => childSeed(seed, 'start', Math.floor(i / 40), i % 40)),
    );
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  it('gives each purpose its own, also where a name goes on in the numbers', () => {
    const addresses = [
      ['start'],
      ['star', 't'.charCodeAt(0)],
      ['start', 0],
      ['start', 0, 0],
      ['noise', 0, 0],
    ] as const;
    expect(new Set(addresses.map((address) => childSeed(7, ...address))).size).toBe(addresses.length);
  });

  it('is a seed itself, the same for the same address', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), fc.string(), (seed, at, purpose) => {
        const child = childSeed(seed, purpose, at);
        expect(Number.isSafeInteger(child) && child >= 0).toBe(true);
        expect(childSeed(seed, purpose, at)).toBe(child);
      }),
    );
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses %d as a seed and in an address', (wrong) => {
    expect(() => childSeed(wrong, 'start', 1)).toThrow(/seed: found .* wanted a whole number in/);
    expect(() => childSeed(1, 'start', wrong)).toThrow(RangeError);
  });
});
