import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { actingSpec } from '../policy/acting-spec.ts';
import { checkRecording } from '../pretrain/check-recording.ts';
import { collectOptions, type CollectOptions } from '../pretrain/collect-options.ts';
import { actingPolicy } from '../tasks/check-task.ts';

/** @throws Error where the policy is none that acts one action at a time, or has no such steps, the folder is not to be had, or an option does not go with the format */
export async function check(options: CollectOptions): Promise<{ readonly options: CollectOptions }> {
  const { policy, ...head } = await actingPolicy(options.policy);
  const { actSteps } = actingSpec(head, options).task;
  if (actSteps !== 1)
    throw new Error(`--policy ${policy}: acts in chunks of ${actSteps}, wanted one action at a time`);
  checkRecording(options);
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  withOptions(base, collectOptions, {
    check,
    run: async ({ options }, { say, live }) =>
      (await import('../pretrain/collect.ts')).collect(options, say, live),
  });
