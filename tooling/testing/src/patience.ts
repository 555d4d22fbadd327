/** What `work` takes on an idle core of 2023, in milliseconds. */
const usual = 120;

/**
 * After how long a test counts as hanging, in milliseconds: ten minutes where a fixed piece of work takes no longer than on an
 * idle machine, and more in proportion where it takes longer.
 */
export function patience(now: () => number = () => performance.now()): number {
  const began = now();
  work();
  return Math.ceil(600_000 * Math.max(1, (now() - began) / usual));
}

/** The options of vitest that end something by the clock, all as patient. Nothing else may: no test has a time of its own. */
export function timeouts(milliseconds: number) {
  return {
    testTimeout: milliseconds,
    hookTimeout: milliseconds,
    teardownTimeout: milliseconds,
    expect: { poll: { timeout: milliseconds } },
  };
}

function work(): void {
  const values = new Float64Array(4096).fill(1);
  for (let pass = 0; pass < 24_000; pass++) {
    for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + values[i]);
  }
}
