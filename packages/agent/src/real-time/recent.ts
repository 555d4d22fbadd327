/** A median and what one in a hundred exceeds, in seconds; NaN before anything was measured. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** The latest numbers of a measurement, in bounded memory. */
export interface Recent {
  /** Remembers a number and forgets the oldest where there are too many. */
  add(value: number): void;
  /** The smallest of the numbers that at least a share `q` of them does not exceed; NaN where there are none. */
  quantile(q: number): number;
  /** Their median and what one in a hundred exceeds. */
  spread(): Spread;
}

/** Remembers the last `size` numbers. */
export function recent(size: number): Recent {
  const values: number[] = [];
  let next = 0;
  const quantile = (q: number): number => {
    const sorted = values.toSorted((a, b) => a - b);
    return sorted[Math.max(Math.ceil(q * sorted.length) - 1, 0)] ?? NaN;
  };
  return {
    add: (value) => {
      values[next] = value;
      next = (next + 1) % size;
    },
    quantile,
    spread: () => ({ p50: quantile(0.5), p99: quantile(0.99) }),
  };
}
