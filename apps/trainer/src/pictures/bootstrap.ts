import { uniform } from '@dppo/env';

/** Ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * A 95 % interval of the mean of each sample [P][n] by the percentile bootstrap: n of the n values are drawn anew with replacement, in all P
 * samples the same ones, and the interval lies between the quantiles 0.025 and 0.975 of the means. Of few values it is too narrow.
 *
 * @see Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
 */
export function bootstrapIntervals(
  samples: readonly (readonly number[])[],
  { seed = 0, resamples = 10_000 }: { readonly seed?: number; readonly resamples?: number } = {},
): Interval[] {
  const count = samples[0]?.length ?? 0;
  const random = uniform(seed);
  const drawn = Int32Array.from({ length: resamples * count }, () => ((random() + 1) / 2) * count);
  return samples.map((values) => {
    const means = new Float64Array(resamples);
    drawn.forEach((i, at) => (means[Math.floor(at / count)] += values[i] / count));
    means.sort();
    return { low: quantile(means, 0.025), high: quantile(means, 0.975) };
  });
}

function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (at - Math.floor(at)) * (high - low);
}
