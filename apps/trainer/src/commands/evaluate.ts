import type { Command } from 'commander';
import { z } from 'zod';

import { withOptions } from '../options/command-line.ts';
import { backend, count, policyFile, policyEpisodeSteps, seed, workers } from '../options/shared-options.ts';
import { actingPolicy } from '../tasks/check-task.ts';

/** `dppo evaluate` */
export const evaluateOptions = z.strictObject({
  policy: policyFile,
  backend,
  seed,
  maxEpisodeSteps: policyEpisodeSteps,
  workers,
  episodes: count.default(40).describe('whole episodes, deterministic sampling'),
});

export type EvaluateOptions = z.output<typeof evaluateOptions>;

/** @throws Error where the policy is none */
export async function check(options: EvaluateOptions): Promise<{ readonly options: EvaluateOptions }> {
  const { policy } = await actingPolicy(options.policy);
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  withOptions(base, evaluateOptions, {
    check,
    run: async ({ options }, { say, live }) =>
      (await import('../runs/evaluate.ts')).evaluate(options, say, live),
  });
