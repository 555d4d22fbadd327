import { average } from '../runs/average.ts';
import type { CurvePoint } from './curve.ts';

/** A point of the mean over runs. */
export interface MeanPoint {
  readonly x: number;
  readonly y: number;
  /** of each run */
  readonly values: readonly number[];
}

/** The mean over the points of some runs at the iterations that all of them have, and the other iterations of each. */
export function meanLine(runs: readonly (readonly CurvePoint[])[]): {
  readonly points: readonly MeanPoint[];
  readonly leftOut: readonly (readonly number[])[];
} {
  // Of two evaluations of an iteration the later one has more episodes.
  const [first, ...others] = runs.map((points) => new Map(points.map((point) => [point.iteration, point])));
  const common = [...first.keys()].filter((iteration) => others.every((points) => points.has(iteration)));
  const points = common.map((iteration) => {
    const all = [first, ...others].flatMap((own) => own.get(iteration) ?? []);
    const values = all.map(({ y }) => y);
    return { x: average(all.map(({ x }) => x)), y: average(values), values };
  });
  const shared = new Set(common);
  const leftOut = [first, ...others].map((own) => [...own.keys()].filter((at) => !shared.has(at)));
  return { points, leftOut };
}
