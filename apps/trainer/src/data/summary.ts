import type { Demonstrations } from '@dppo/data';

/** What there is to know of one dimension. */
export interface Dimension {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly std: number;
  /** How many rows lie in each of equal parts of [min, max]. */
  readonly histogram: readonly number[];
  /** The part of the rows that lie at min or max: of actions, those that were clipped. */
  readonly atBounds: number;
}

/** What there is to know of demonstrations. */
export interface Summary {
  readonly episodes: number;
  readonly steps: number;
  /** Steps of each episode. */
  readonly lengths: readonly number[];
  /** Sum of the rewards of each episode. */
  readonly returns: readonly number[];
  /** Episodes whose last step ended the task. */
  readonly ended: number;
  readonly observations: readonly Dimension[];
  readonly actions: readonly Dimension[];
}

const BINS = 16;

/** Counts, ranges and histograms of demonstrations. */
export function summaryOf(demonstrations: Demonstrations): Summary {
  const { states, actions, rewards, terminals, trajLengths, obsDim, actionDim } = demonstrations;
  const lengths = Array.from(trajLengths);
  let end = 0;
  const ends = lengths.map((length) => (end += length));
  return {
    episodes: lengths.length,
    steps: rewards.length,
    lengths,
    returns: ends.map((to, i) => rewards.subarray(to - lengths[i], to).reduce((a, b) => a + b, 0)),
    ended: ends.filter((to) => terminals[to - 1] === 1).length,
    observations: dimensions(states, obsDim),
    actions: dimensions(actions, actionDim),
  };
}

function dimensions(rows: Float32Array, dim: number): Dimension[] {
  return Array.from({ length: dim }, (_, d) =>
    dimensionOf(Float32Array.from({ length: rows.length / dim }, (__, row) => rows[row * dim + d])),
  );
}

/** Range, spread and histogram of numbers. */
export function dimensionOf(values: Float32Array): Dimension {
  const count = values.length;
  const min = values.reduce((a, b) => Math.min(a, b), Infinity);
  const max = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const mean = values.reduce((a, b) => a + b, 0) / count;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
  const histogram = Array.from({ length: BINS }, () => 0);
  let bound = 0;
  for (const value of values) {
    if (value === min || value === max) bound++;
    histogram[min === max ? 0 : Math.min(BINS - 1, Math.floor(((value - min) / (max - min)) * BINS))]++;
  }
  return { min, max, mean, std, histogram, atBounds: bound / count };
}
