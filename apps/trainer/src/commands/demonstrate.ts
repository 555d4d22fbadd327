import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { demonstrateOptions, type DemonstrateOptions } from '../pretrain/demonstrate-options.ts';
import { checkOutFolder } from '../runs/check-out.ts';

/** @throws Error where the folder is not to be had */
export function check(options: DemonstrateOptions): { readonly options: DemonstrateOptions } {
  // With autoResume the folder may be one that a killed process left: whoever opens it tells.
  if (options.resume === undefined && options.autoResume !== true)
    checkOutFolder(options.outDir, '--out-dir');
  return { options };
}

export const command = (base: Command): Command =>
  withOptions(base, demonstrateOptions, {
    check,
    run: async ({ options }, { say }) =>
      (await import('../pretrain/demonstrate.ts')).demonstrate(options, say),
  });
