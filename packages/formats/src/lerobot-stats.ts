/** What LeRobot keeps of a column, of each of its dimensions. */
export interface Stats {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly mean: readonly number[];
  /** Standard deviation, of the rows and not of what they are drawn from. */
  readonly std: readonly number[];
  /** Rows, in a list of one. */
  readonly count: readonly [number];
}

/** Statistics of rows that come one after another, none of which is kept. */
export interface RunningStats {
  /** @param rows - [T, D] */
  add(rows: Float32Array): void;
  stats(): Stats;
}

/**
 * Statistics of rows of `dim` numbers, by Welford's recurrence:
 * δ = x − μₙ₋₁, μₙ = μₙ₋₁ + δ/n, Sₙ = Sₙ₋₁ + δ·(x − μₙ), σ = √(Sₙ/n).
 *
 * @see Welford, Note on a Method for Calculating Corrected Sums of Squares and Products, 1962, https://doi.org/10.1080/00401706.1962.10490022
 */
export function runningStats(dim: number): RunningStats {
  const dimensions = Array.from({ length: dim }, () => ({ min: Infinity, max: -Infinity, mean: 0, sum: 0 }));
  let count = 0;
  return {
    add: (rows) => {
      for (let at = 0; at < rows.length; at += dim) {
        count++;
        for (const [d, known] of dimensions.entries()) {
          const x = rows[at + d];
          const delta = x - known.mean;
          known.min = Math.min(known.min, x);
          known.max = Math.max(known.max, x);
          known.mean += delta / count;
          known.sum += delta * (x - known.mean);
        }
      }
    },
    stats: () => ({
      min: dimensions.map(({ min }) => min),
      max: dimensions.map(({ max }) => max),
      mean: dimensions.map(({ mean }) => mean),
      std: dimensions.map(({ sum }) => Math.sqrt(sum / count)),
      count: [count],
    }),
  };
}
