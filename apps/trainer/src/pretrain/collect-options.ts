import { z } from 'zod';

import {
  backend,
  count,
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
  envSteps: count.default(100_000).describe('environment steps to record'),
});

export type CollectOptions = z.output<typeof collectOptions>;
