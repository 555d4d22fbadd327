import type { Command } from 'commander';
import { z } from 'zod';

import { withOptions } from '../options/command-line.ts';
import { backend, count, policyFile, seed } from '../options/shared-options.ts';
import { checkOut } from '../runs/check-out.ts';
import { actingPolicy } from '../tasks/check-task.ts';

const pixels = count.max(4096);

export const renderOptions = z.strictObject({
  policy: policyFile,
  out: z.string().endsWith('.gif', 'wanted a name that ends in .gif').describe('picture to write (.gif)'),
  backend,
  seed,
  width: pixels.default(320).describe('of the picture, pixels'),
  height: pixels.default(240).describe('of the picture, pixels'),
  maxSteps: count.optional().describe("environment steps before the episode is cut [default: the policy's]"),
  fps: z
    .number()
    .positive()
    .max(50, 'wanted at most 50, more than that no viewer plays')
    .default(50)
    .describe('frames per second'),
});

export type RenderOptions = z.output<typeof renderOptions>;

/** @throws Error where the policy is none, or there is no room for the picture */
export async function check(options: RenderOptions): Promise<{ readonly options: RenderOptions }> {
  const { policy } = await actingPolicy(options.policy);
  checkOut(options.out, '--out');
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  withOptions(base, renderOptions, {
    check,
    run: async ({ options }, { say }) => (await import('../pictures/render.ts')).render(options, say),
  });
