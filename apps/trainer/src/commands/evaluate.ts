import type { Command } from 'commander';
import { z } from 'zod';

import { withOptions } from '../options/command-line.ts';
import { backend, count, policyFile, policyEpisodeSteps, seed, workers } from '../options/shared-options.ts';
import { readHead } from '../policy/policy-spec.ts';
import { policyIn } from '../runs/policy-in.ts';
import { checkTask } from '../tasks/check-task.ts';

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
  const policy = policyIn(options.policy);
  await checkTask(policy, (await readHead(policy)).spec);
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  withOptions(base, evaluateOptions, {
    check,
    run: async ({ options }, { say, live }) =>
      (await import('../runs/evaluate.ts')).evaluate(options, say, live),
  });
