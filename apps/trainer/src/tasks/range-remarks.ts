import { isConstant } from '@dppo/env';
import type { BoundsSpec } from '@dppo/policy/head';

/** What there is to say of the ranges that a policy is made with: a sentence for each of observations and actions. */
export function rangeRemarks({ obsMin, obsMax, actionMin, actionMax }: BoundsSpec): string[] {
  const [seen, moved] = [still(obsMin, obsMax), still(actionMin, actionMax)];
  return [
    ...(seen.length > 0
      ? [
          `observations never vary in dimension ${seen.join(', ')} of the ranges: it is not scaled, but seen as x − min − 1`,
        ]
      : []),
    ...(moved.length > 0
      ? [
          `actions never vary in dimension ${moved.join(', ')} of the ranges: a policy made with them never moves it`,
        ]
      : []),
  ];
}

/** The dimensions that have no range. */
function still(min: readonly number[], max: readonly number[]): number[] {
  return min.flatMap((low, d) => (isConstant(low, max[d]) ? [d] : []));
}

/** Rows of which a quantile says something. */
const leastRows = 100;
/** The part of a range that is little for 99 % of the values; a normal distribution fills more than half. */
const little = 0.02;

/** What there is to say of ranges that a few values decide: `rows` [R, dim] that they are of. */
export function outlierRemarks(name: string, rows: Float32Array, dim: number): string[] {
  const count = rows.length / dim;
  if (count < leastRows) return [];
  return Array.from({ length: dim }, (_, d) => d).flatMap((d) => {
    const values = Float32Array.from({ length: count }, (_, row) => rows[row * dim + d]).toSorted();
    const [low, high] = [Math.ceil(0.005 * (count - 1)), Math.floor(0.995 * (count - 1))];
    const [inner, outer] = [values[high] - values[low], values[count - 1] - values[0]];
    if (outer === 0 || inner >= little * outer) return [];
    const percent = ((100 * inner) / outer).toPrecision(1);
    return [
      `${name}: 99 % of dimension ${d} lie within ${percent} % of its range, which a few outliers decide`,
    ];
  });
}
