import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Command } from 'commander';
import { z } from 'zod';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { backend, file, seed } from '../options/shared-options.ts';

export const reportOptions = z.strictObject({
  run: file.describe('folder of a run of dppo finetune or start, or of a loop of your own'),
  backend,
  seed: seed.describe('seed of the episode that is filmed'),
});

export type ReportOptions = z.output<typeof reportOptions>;

/** @throws Error where there is no run */
export function check(options: ReportOptions): { readonly options: ReportOptions } {
  const names = ['config.yaml', 'metrics.jsonl'];
  if (!names.some((name) => existsSync(join(options.run, name))))
    throw new Error(`--run ${options.run}: no ${names.join(' or ')} in it, wanted the folder of a run`);
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
