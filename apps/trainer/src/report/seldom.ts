/** Milliseconds between the end of one and the beginning of the next. */
const shortest = 2000;
const longest = 10_000;
/** How many times as long as one takes nothing is made after it, up to the longest pause: a tenth of a core is used. */
const share = 9;

/** What `make` gives, made anew only after a pause; whoever asks meanwhile gets the same. */
export function seldom<T>(
  make: () => Promise<T>,
  now: () => number = () => performance.now(),
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
