import { expect, it } from 'vitest';

import { meanLine } from './mean-line.ts';

const points = (...all: readonly (readonly [iteration: number, x: number, y: number])[]) =>
  all.map(([iteration, x, y]) => ({ iteration, x, y }));

it('is the mean of x and y at the iterations that all runs have, and says which others there are', () => {
  const runs = [points([0, 0, 1], [5, 100, 4], [10, 200, 9]), points([0, 2, 3], [10, 220, 5], [12, 230, 7])];
  expect(meanLine(runs)).toEqual({
    points: [
      { x: 1, y: 2, values: [1, 3] },
      { x: 210, y: 7, values: [9, 5] },
    ],
    leftOut: [[5], [12]],
  });
});

it('takes the later of two evaluations of an iteration', () => {
  expect(meanLine([points([3, 1, 5], [3, 1, 7])]).points).toEqual([{ x: 1, y: 7, values: [7] }]);
});

it('has no points where runs have no iteration in common', () => {
  expect(meanLine([points([1, 1, 1]), points([2, 2, 2])])).toEqual({ points: [], leftOut: [[1], [2]] });
});
