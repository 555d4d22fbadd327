import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { checkMemory, iterationBytes } from './iteration-memory.ts';

it('counts what an iteration holds', () => {
  // Per chunk: seen and reached 2 · 11, states 6 · 4 · 3, ln p and order 2 · 5, and 6 more, of 4 bytes.
  expect(iterationBytes(smallHopper, { steps: 3, nEnvs: 2 })).toBe(6 * 4 * (22 + 72 + 10 + 6));
});

it('refuses an iteration that is larger than the memory', () => {
  const iteration = { steps: 1000, nEnvs: 1000 };
  checkMemory(smallHopper, iteration, 440e6);
  expect(() => checkMemory(smallHopper, iteration, 439e6)).toThrow(
    '--steps 1000 of --n-envs 1000: found 0.440 GB of samples an iteration, wanted at most 0.439 GB, the memory of this machine',
  );
});
