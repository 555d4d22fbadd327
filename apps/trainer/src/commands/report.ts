import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { reportOptions, type ReportOptions } from '../report/report-options.ts';

/** @throws Error where there is no run, or nothing can be written to its folder */
export function check(options: ReportOptions): { readonly options: ReportOptions } {
  const names = ['config.yaml', 'metrics.jsonl'];
  if (!names.some((name) => existsSync(join(options.run, name))))
    throw new Error(`--run ${options.run}: no ${names.join(' or ')} in it, wanted the folder of a run`);
  try {
    accessSync(options.run, constants.W_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--run ${options.run}: no report.html can be written there: ${reason}`, { cause: error });
  }
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
