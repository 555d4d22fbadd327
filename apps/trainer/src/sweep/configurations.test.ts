import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { configurationsOf } from './configurations.ts';

describe('configurationsOf', () => {
  it('is all combinations of a grid, the last option changing fastest', () => {
    expect(configurationsOf({ grid: { gamma: [0.9, 0.99], hidden: [[8], [16]] } })).toEqual([
      { gamma: 0.9, hidden: [8] },
      { gamma: 0.9, hidden: [16] },
      { gamma: 0.99, hidden: [8] },
      { gamma: 0.99, hidden: [16] },
    ]);
  });

  it('is a list as it stands, and one configuration where nothing varies', () => {
    expect(configurationsOf({ list: [{}, { gamma: 0.9 }] })).toEqual([{}, { gamma: 0.9 }]);
    expect(configurationsOf({})).toEqual([{}]);
  });

  it.each([
    [{ grid: { gamma: [1] }, list: [{}] }, '--list: found with --grid, wanted one of grid, list and random'],
    [{ grid: { gamma: [0.9, 0.9] } }, '--grid: configurations 1 and 2 are the same'],
    [{ list: [{ gamma: 0.9 }, {}, { gamma: 0.9 }] }, '--list: configurations 1 and 3 are the same'],
    [
      { grid: { gamma: Array(200).fill(0), gaeLambda: Array(200).fill(0) } },
      '--grid: found 40000 combinations, wanted at most 10000',
    ],
  ])('refuses %j', (sweep, sentence) => {
    expect(() => configurationsOf(sweep)).toThrow(sentence);
  });
});

/** Configurations that are drawn of ranges and lists. */
function drawn(samples: number, options: object, seed = 1) {
  return configurationsOf({ random: { samples, seed, options: { ...options } } });
}

const rate = { from: 1e-5, to: 1e-3, scale: 'log' } as const;

describe('of random search', () => {
  it('lie in their ranges, half of a scale of logarithms below its middle', () => {
    const rates = drawn(1000, { actorLr: rate }).map(({ actorLr }) => Number(actorLr));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-5);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1e-3);
    // Of 1000 fair coins, 430 to 570 with all but 1e-5 of the probability.
    const below = rates.filter((value) => value < 1e-4).length;
    expect(below).toBeGreaterThan(430);
    expect(below).toBeLessThan(570);
  });

  it('have each whole number of a range where the option takes no others, and each value of a list', () => {
    const all = drawn(100, { actSteps: { from: 1, to: 3, scale: 'linear' }, normAdv: [true, false] });
    expect(new Set(all.map(({ actSteps }) => actSteps))).toEqual(new Set([1, 2, 3]));
    expect(all).toHaveLength(6);
  });

  it('stay as they are with more samples and more options, and are others with another seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 10 }), (seed, samples) => {
        const few = drawn(samples, { actorLr: rate }, seed);
        const many = drawn(samples + 5, { gamma: [0.9, 0.99], actorLr: rate }, seed);
        expect(many.slice(0, few.length).map(({ actorLr }) => actorLr)).toEqual(
          few.map(({ actorLr }) => actorLr),
        );
        expect(drawn(samples, { actorLr: rate }, seed + 1)).not.toEqual(few);
      }),
    );
  });

  it('refuse a range without numbers, or without logarithms', () => {
    expect(() => drawn(1, { gamma: { from: 1, to: 1, scale: 'linear' } })).toThrow(
      '--random: found gamma from 1 to 1, wanted from less than to',
    );
    expect(() => drawn(1, { gamma: { from: 0, to: 1, scale: 'log' } })).toThrow(
      '--random: found gamma from 0 on a scale of logarithms, wanted more than 0',
    );
  });
});
