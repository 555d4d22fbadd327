const step = 0x6d2b79f5;

/**
 * A generator of numbers in [−1, 1) from `seed`, equal on every machine (mulberry32): small and quick, not for statistics.
 *
 * @param seed - what the numbers follow from
 * @param drawn - how many of them are left out, as they were drawn before
 */
export function uniform(seed: number, drawn = 0): () => number {
  const start = (seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1);
  let state = (start + Math.imul(drawn, step)) | 0;
  return () => {
    state = (state + step) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
