import { expect, it } from 'vitest';

import { clock } from './clock.ts';

/** One value after the other. */
const series = <T>(...values: readonly T[]): (() => T) => {
  const left = values.values();
  return () => left.next().value!;
};

it('adds the time of this stretch to that of the stretches before', () => {
  // 1.5 seconds by the clock, in which user and system together took 2.25 of processors.
  const usage = series({ user: 3e6, system: 1e6 }, { user: 4e6, system: 2.25e6 });
  const taken = clock({ seconds: 10, cpuSeconds: 20 }, series(500, 2000), usage);
  expect(taken()).toEqual({ seconds: 11.5, cpuSeconds: 22.25 });
});

it('does not know processors of a run that did not record them', () => {
  expect(clock({ seconds: 1, cpuSeconds: NaN })().cpuSeconds).toBeNaN();
});

it('counts what this process computes', () => {
  const taken = clock();
  const used = process.cpuUsage().user;
  // Its own time, not that of the clock on the wall, of which it may get as little as it likes.
  while (process.cpuUsage().user - used < 20_000);
  expect(taken().cpuSeconds).toBeGreaterThanOrEqual(0.02);
});
