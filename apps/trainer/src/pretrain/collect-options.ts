import { z } from 'zod';

import {
  backend,
  countUpTo,
  nEnvs,
  policyEpisodeSteps,
  policyFile,
  recording,
  seed,
  threads,
  workers,
  envTimeout,
} from '../options/shared-options.ts';
import { actingSteps } from '../policy/acting-options.ts';

/** `dppo collect` */
export const collectOptions = z.strictObject({
  policy: policyFile,
  ...actingSteps,
  ...recording('only workers and envTimeout'),
  backend,
  threads,
  seed,
  nEnvs,
  maxEpisodeSteps: policyEpisodeSteps,
  workers,
  envTimeout,
  envSteps: countUpTo(10_000_000, 'all of them are in memory until they are written')
    .default(100_000)
    .describe('environment steps to record'),
});

export type CollectOptions = z.output<typeof collectOptions>;
