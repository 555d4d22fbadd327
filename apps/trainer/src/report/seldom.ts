/** Milliseconds between the end of one and the beginning of the next. */
const shortest = 2000;
/** How many times as long as one takes nothing is made after it, up to the longest pause: a tenth of a core is used. */
const share = 9;

/** How it is seldom. */
export interface SeldomOptions {
  /** Milliseconds that the pause lasts at most. */
  readonly longest?: number;
  readonly now?: () => number;
}

/** What `make` gives, made anew only after a pause; whoever asks meanwhile gets the same. */
export function seldom<T>(
  make: () => Promise<T>,
  { longest = 10_000, now = () => performance.now() }: SeldomOptions = {},
): () => Promise<T> {
  let latest: Promise<T> | undefined;
  let due = -Infinity;
  const timed = async (): Promise<T> => {
    const began = now();
    due = Infinity;
    try {
      return await make();
    } finally {
      const took = now() - began;
      due = now() + Math.min(longest, Math.max(shortest, share * took));
    }
  };
  return () => {
    if (latest === undefined || now() >= due) latest = timed();
    return latest;
  };
}
