import type { Command } from 'commander';
import { z } from 'zod';

import {
  backend,
  count,
  file,
  nEnvs,
  policy,
  policyEpisodeSteps,
  seed,
  workers,
} from '../options/shared-options.ts';
import { withOptions } from '../options/command-line.ts';

/** `dppo collect` */
export const collectOptions = z.strictObject({
  policy,
  outDir: file.describe('folder to make for train.npz and normalization.npz'),
  backend,
  seed,
  nEnvs,
  maxEpisodeSteps: policyEpisodeSteps,
  workers,
  envSteps: count.default(100_000).describe('environment steps to record'),
});

export type CollectOptions = z.output<typeof collectOptions>;

export const command = (base: Command): Command =>
  withOptions(base, collectOptions, async (options, { say, live }) =>
    (await import('../pretrain/collect.ts')).collect(options, say, live),
  );
