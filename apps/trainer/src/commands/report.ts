import { join } from 'node:path';

import type { Command } from 'commander';
import { z } from 'zod';

import { checkFile } from '../options/check-file.ts';
import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { backend, file, seed } from '../options/shared-options.ts';

export const reportOptions = z.strictObject({
  run: file.describe('folder of a run of dppo finetune or start'),
  backend,
  seed: seed.describe('seed of the episode that is filmed'),
});

export type ReportOptions = z.output<typeof reportOptions>;

/** @throws Error where there is no run */
export function check(options: ReportOptions): { readonly options: ReportOptions } {
  checkFile(join(options.run, 'config.yaml'), '--run');
  return { options };
}

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, reportOptions, {
      check,
      run: async ({ options }, { say }) => (await import('../report/report.ts')).report(options, say),
    }),
    'run',
  );
