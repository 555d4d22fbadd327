import { readHead } from '@dppo/policy/head';
import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { trajectoryOptions, type TrajectoryOptions } from '../pictures/plot-trajectories-options.ts';
import { actingSpec } from '../policy/acting-spec.ts';
import { checkOut } from '../runs/check-out.ts';
import { policyIn } from '../runs/policy-in.ts';

/** @throws Error where a policy is none or has no such steps, or there is no room for the picture */
export async function check(options: TrajectoryOptions): Promise<{ readonly options: TrajectoryOptions }> {
  const before = policyIn(options.before, '--before');
  const after = options.after === undefined ? undefined : policyIn(options.after, '--after');
  for (const policy of [before, after]) if (policy !== undefined) actingSpec(await readHead(policy), options);
  checkOut(options.out, '--out');
  return { options: { ...options, before, after } };
}

export const command = (base: Command): Command =>
  withOptions(base, trajectoryOptions, {
    check,
    run: async ({ options }, { say }) =>
      (await import('../pictures/plot-trajectories.ts')).plotTrajectories(options, say),
  });
