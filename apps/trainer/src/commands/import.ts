import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Command } from 'commander';

import { importOptions, type ImportOptions } from '../import/import-options.ts';
import { checkFile } from '../options/check-file.ts';
import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { checkOut } from '../runs/check-out.ts';
import { taskNamed } from '../tasks/task-place.ts';

/** @throws Error where a file is not there, or no room for the policy */
export function check(options: ImportOptions): { readonly options: ImportOptions } {
  const { weights, normalization } = options;
  // A policy of lerobot is a folder.
  if (!existsSync(join(weights, 'config.json'))) checkFile(weights, '--weights');
  if (normalization !== undefined) checkFile(normalization, '--normalization');
  taskNamed(options.environment);
  checkOut(options.out, '--out');
  return { options };
}

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, importOptions, {
      check,
      run: async ({ options }, { say }) =>
        (await import('../import/import-policy.ts')).importPolicy(options, say),
    }),
    'weights',
  );
