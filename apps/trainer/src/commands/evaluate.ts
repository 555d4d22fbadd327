import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { serverOf } from '../cluster/server-of.ts';
import { actingSpec } from '../policy/acting-spec.ts';
import { evaluateOptions, type EvaluateOptions } from '../runs/evaluate-options.ts';
import { actingPolicy } from '../tasks/check-task.ts';

/** @throws Error where the policy is none, or has no such steps */
export async function check(options: EvaluateOptions): Promise<{ readonly options: EvaluateOptions }> {
  if (options.cluster !== undefined) serverOf(options.cluster, options);
  const { policy, ...head } = await actingPolicy(options.policy, options.envTimeout);
  actingSpec(head, options);
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, evaluateOptions, {
      check,
      run: async ({ options }, { say, live }) =>
        (await import('../runs/evaluate.ts')).evaluate(options, say, live),
    }),
    'policy',
  );
