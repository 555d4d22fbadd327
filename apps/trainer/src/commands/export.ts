import { readHead } from '@dppo/policy/head';
import type { Command } from 'commander';

import { exportOptions, type ExportOptions } from '../export/export-options.ts';
import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { checkOut } from '../runs/check-out.ts';
import { diffusionOf, policyIn } from '../runs/policy-in.ts';

/** @throws Error where the policy is none of diffusion, or there is no room for the file */
export async function check(options: ExportOptions): Promise<{ readonly options: ExportOptions }> {
  const policy = policyIn(options.policy);
  diffusionOf(policy, (await readHead(policy)).spec);
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
