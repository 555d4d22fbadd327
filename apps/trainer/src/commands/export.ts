import { readHead } from '@dppo/policy/head';
import type { Command } from 'commander';

import { exportOptions, type ExportOptions } from '../export/export-options.ts';
import { refuseGiven } from '../options/given.ts';
import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { actingSpec } from '../policy/acting-spec.ts';
import { checkOut } from '../runs/check-out.ts';
import { diffusionOf, policyIn, steppedOf } from '../runs/policy-in.ts';

/** @throws Error where the policy is no diffusion or flow, none that the format has, or has no such steps, or there is no room for the file */
export async function check(options: ExportOptions): Promise<{ readonly options: ExportOptions }> {
  const policy = policyIn(options.policy);
  const head = await readHead(policy);
  const hasFlows = options.format !== 'lerobot' && options.format !== 'diffusers';
  (hasFlows ? steppedOf : diffusionOf)(policy, actingSpec(head, options));
  if (options.format !== 'lerobot')
    refuseGiven({ ...options }, ['stateSize'], 'it left out, or --format lerobot as well');
  checkOut(options.out, '--out');
  return { options: { ...options, policy } };
}

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, exportOptions, {
      check,
      run: async ({ options }, { say }) => (await import('../export/export.ts')).exportPolicy(options, say),
    }),
    'policy',
  );
