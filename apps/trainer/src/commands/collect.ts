import type { Command } from 'commander';
import { z } from 'zod';

import { withOptions } from '../options/command-line.ts';
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
import { checkOutFolder } from '../runs/check-out.ts';
import { actingPolicy } from '../tasks/check-task.ts';

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

/** @throws Error where the policy is none that acts one action at a time, or the folder is not to be had */
export async function check(options: CollectOptions): Promise<{ readonly options: CollectOptions }> {
  const { policy, spec } = await actingPolicy(options.policy);
  const { actSteps } = spec.task;
  if (actSteps !== 1)
    throw new Error(`--policy ${policy}: acts in chunks of ${actSteps}, wanted one action at a time`);
  checkOutFolder(options.outDir, '--out-dir');
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  withOptions(base, collectOptions, {
    check,
    run: async ({ options }, { say, live }) =>
      (await import('../pretrain/collect.ts')).collect(options, say, live),
  });
