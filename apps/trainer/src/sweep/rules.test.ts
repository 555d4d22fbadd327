import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { medianRule, successiveHalving } from './rules.ts';

const curves = fc.array(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 4, maxLength: 4 }), {
  minLength: 1,
  maxLength: 12,
});
const countOf = (goesOn: readonly boolean[]): number => goesOn.filter(Boolean).length;

/** The curves that go on, and those that stop. */
function split(all: readonly number[][], goesOn: readonly boolean[]): readonly number[][][] {
  return [true, false].map((which) => all.filter((_, i) => goesOn[i] === which));
}

describe('successiveHalving', () => {
  it('lets the better half go on by their latest returns, whatever was before', () => {
    const four = [
      [90, 10],
      [0, 40],
      [50, 30],
      [10, 20],
    ];
    expect(successiveHalving(2)(four)).toEqual([false, true, true, false]);
    expect(successiveHalving(4)(four)).toEqual([false, true, false, false]);
  });

  it('rounds the number of those that go on down, but to one', () => {
    expect(successiveHalving(2)([[1], [2], [3], [4], [5]])).toEqual([false, false, false, true, true]);
    expect(successiveHalving(3)([[1], [2]])).toEqual([false, true]);
    expect(successiveHalving(2)([[1]])).toEqual([true]);
  });

  it('takes the first of equal ones', () => {
    expect(successiveHalving(2)([[7], [7], [7], [7]])).toEqual([true, true, false, false]);
  });

  it('lets none go on that failed', () => {
    expect(successiveHalving(2)([[], [-5], [], []])).toEqual([false, true, false, false]);
    expect(successiveHalving(2)([[], []])).toEqual([false, false]);
  });

  it('lets ⌊n / η⌋ go on, each as good as any that stops', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 2, max: 4 }), (all, factor) => {
        const goesOn = successiveHalving(factor)(all);
        expect(countOf(goesOn)).toBe(Math.max(1, Math.floor(all.length / factor)));
        const [kept, out] = split(all, goesOn).map((some) => some.map((curve) => curve[3]));
        expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(-Infinity, ...out));
      }),
    );
  });
});

describe('medianRule', () => {
  it('stops a configuration whose best is below the median of the averages so far', () => {
    // Averages 15, 30, 2, 25: their median is 20. The first has come to 25 since.
    expect(
      medianRule([
        [5, 25],
        [20, 40],
        [1, 3],
        [20, 30],
      ]),
    ).toEqual([true, true, false, true]);
  });

  it('judges by the best, also where the latest is worse', () => {
    expect(
      medianRule([
        [30, 0],
        [10, 10],
        [20, 20],
      ]),
    ).toEqual([true, false, true]);
  });

  it('stops none of two, but what failed', () => {
    expect(medianRule([[1], [100]])).toEqual([true, true]);
    expect(medianRule([[1], [], [100]])).toEqual([true, false, true]);
  });

  it('lets at least half of them go on, and stops none that is as good as one that goes on', () => {
    fc.assert(
      fc.property(curves, (all) => {
        const goesOn = medianRule(all);
        expect(countOf(goesOn)).toBeGreaterThanOrEqual(all.length / 2);
        const [kept, out] = split(all, goesOn).map((some) => some.map((curve) => Math.max(...curve)));
        expect(Math.min(...kept)).toBeGreaterThan(Math.max(-Infinity, ...out));
      }),
    );
  });
});

it.each([
  ['successive halving', successiveHalving(2)],
  ['the median rule', medianRule],
])('%s knows no order but that of equal ones', (_, rule) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 12 }), (returns) => {
      const all = returns.map((value) => [value]);
      expect(rule(all.toReversed())).toEqual(rule(all).toReversed());
    }),
  );
});
