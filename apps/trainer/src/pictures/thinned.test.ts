import fc from 'fast-check';
import { expect, it } from 'vitest';

import { thinned } from './thinned.ts';

const curve = fc
  .array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 300 })
  .map((heights) => heights.map((y, x) => ({ x, y })));

const heights = (some: readonly { readonly y: number }[]) => some.map(({ y }) => y);

it('keeps the ends and the extremes, in order, and no more points than asked for', () => {
  fc.assert(
    fc.property(curve, fc.integer({ min: 1, max: 20 }), (points, parts) => {
      const kept = thinned(points, parts);
      expect(kept.length).toBeLessThanOrEqual(4 * parts + 2);
      const xs = kept.map(({ x }) => x);
      expect(xs).toEqual(xs.toSorted((a, b) => a - b));
      expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
      expect(Math.max(...heights(kept))).toBe(Math.max(...heights(points)));
      expect(Math.min(...heights(kept))).toBe(Math.min(...heights(points)));
    }),
  );
});

it('keeps the ends of bands', () => {
  const points = Array.from({ length: 100 }, (_, x) => ({ x, y: 0, low: -(x % 50), high: x % 30 }));
  const kept = thinned(points, 1);
  expect(Math.min(...kept.map(({ low }) => low ?? 0))).toBe(-49);
  expect(Math.max(...kept.map(({ high }) => high ?? 0))).toBe(29);
});

it('takes points that all have one x', () => {
  expect(
    thinned(
      [3, 1, 2, 5, 4, 0].map((y) => ({ x: 7, y })),
      1,
    ).map(({ y }) => y),
  ).toEqual([3, 5, 0]);
});
