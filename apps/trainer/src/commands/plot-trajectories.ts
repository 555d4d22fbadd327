import { readHead } from '@dppo/policy/head';
import type { Command } from 'commander';
import { z } from 'zod';

import { withOptions } from '../options/command-line.ts';
import { backend, count, file, seed } from '../options/shared-options.ts';
import { checkOut } from '../runs/check-out.ts';
import { policyIn } from '../runs/policy-in.ts';

export const trajectoryOptions = z.strictObject({
  before: file.describe('policy for avoid (.safetensors)'),
  after: file.optional().describe('the policy that fine-tuning made of it [default: no second panel]'),
  out: z.string().endsWith('.svg', 'wanted a name that ends in .svg').describe('picture to write (.svg)'),
  episodes: count.default(50).describe('whole episodes of each policy'),
  backend,
  seed,
});

export type TrajectoryOptions = z.output<typeof trajectoryOptions>;

/** @throws Error where a policy is none, or there is no room for the picture */
export async function check(options: TrajectoryOptions): Promise<{ readonly options: TrajectoryOptions }> {
  const before = policyIn(options.before, '--before');
  const after = options.after === undefined ? undefined : policyIn(options.after, '--after');
  await readHead(before);
  if (after !== undefined) await readHead(after);
  checkOut(options.out, '--out');
  return { options: { ...options, before, after } };
}

export const command = (base: Command): Command =>
  withOptions(base, trajectoryOptions, {
    check,
    run: async ({ options }, { say }) =>
      (await import('../pictures/plot-trajectories.ts')).plotTrajectories(options, say),
  });
