import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { withoutCameras } from '../pictures/look.ts';
import { renderOptions, type RenderOptions } from '../pictures/render-options.ts';
import { actingSpec } from '../policy/acting-spec.ts';
import { checkOut } from '../runs/check-out.ts';
import { actingPolicy } from '../tasks/check-task.ts';

/** @throws Error where the policy is none or has no such steps, or there is no room for the picture */
export async function check(options: RenderOptions): Promise<{ readonly options: RenderOptions }> {
  const { policy, ...head } = await actingPolicy(options.policy);
  actingSpec(head, options);
  if (options.camera !== undefined && head.spec.task.kind === 'gymnasium')
    throw withoutCameras(options.camera);
  checkOut(options.out, '--out');
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, renderOptions, {
      check,
      run: async ({ options }, { say }) => (await import('../pictures/render.ts')).render(options, say),
    }),
    'policy',
  );
