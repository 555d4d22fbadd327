import { isDeepStrictEqual } from 'node:util';

import { drawn } from './drawn.ts';
import type { Point } from './point.ts';
import type { SweepOptions } from './sweep-options.ts';

/**
 * The configurations of a sweep, in order: all combinations of a grid, the last option of which changes fastest, those of a list, or those
 * that are drawn, equal ones once; one without options where there is none of the three.
 *
 * @throws Error where there is more than one of the three, or two configurations are the same
 */
export function configurationsOf(sweep: Pick<SweepOptions, 'grid' | 'list' | 'random'>): readonly Point[] {
  const { grid, list, random } = sweep;
  const given = Object.entries({ grid, list, random }).filter(([, value]) => value !== undefined);
  if (given.length > 1)
    throw new Error(`--${given[1][0]}: found with --${given[0][0]}, wanted one of grid, list and random`);
  if (random) return distinct(drawn(random));
  const points = grid ? combinations(grid) : (list ?? [{}]);
  points.forEach((point, i) => {
    const before = points.findIndex((other) => isDeepStrictEqual(other, point));
    if (before < i)
      throw new Error(`--${given[0][0]}: configurations ${before + 1} and ${i + 1} are the same`);
  });
  return points;
}

/** What was drawn twice is one. */
function distinct(points: readonly Point[]): readonly Point[] {
  return [...new Map(points.map((point) => [JSON.stringify(point), point])).values()];
}

/** Most of them that a grid may have. */
const most = 10_000;

function combinations(grid: Readonly<Record<string, readonly unknown[]>>): readonly Point[] {
  const count = Object.values(grid).reduce((product, { length }) => product * length, 1);
  if (count > most) throw new Error(`--grid: found ${count} combinations, wanted at most ${most}`);
  return Object.entries(grid).reduce<readonly Point[]>(
    (points, [name, values]) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}
