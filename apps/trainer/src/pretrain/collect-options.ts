import { z } from 'zod';

import {
  backend,
  countUpTo,
  file,
  nEnvs,
  policyEpisodeSteps,
  policyFile,
  seed,
  workers,
} from '../options/shared-options.ts';

/** `dppo collect` */
export const collectOptions = z.strictObject({
  policy: policyFile,
  outDir: file.describe('folder to make for train.npz and normalization.npz'),
  backend,
  seed,
  nEnvs,
  maxEpisodeSteps: policyEpisodeSteps,
  workers,
  envSteps: countUpTo(10_000_000, 'all of them are in memory until they are written')
    .default(100_000)
    .describe('environment steps to record'),
});

export type CollectOptions = z.output<typeof collectOptions>;
