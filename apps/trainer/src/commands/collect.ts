import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { actingSpec } from '../policy/acting-spec.ts';
import { checkRecording } from '../pretrain/check-recording.ts';
import { collectOptions, type CollectOptions } from '../pretrain/collect-options.ts';
import { actingPolicy } from '../tasks/check-task.ts';

/** @throws Error where the policy is none or has no such steps, the folder is not to be had, or an option does not go with the format */
export async function check(options: CollectOptions): Promise<{ readonly options: CollectOptions }> {
  const { policy, ...head } = await actingPolicy(options.policy);
  actingSpec(head, options);
  checkRecording(options);
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  withOptions(base, collectOptions, {
    check,
    run: async ({ options }, { say, live }) =>
      (await import('../pretrain/collect.ts')).collect(options, say, live),
  });
