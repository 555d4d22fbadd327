import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { refuseGiven } from '../options/given.ts';
import { checkRecording } from '../pretrain/check-recording.ts';
import { demonstrateOptions, type DemonstrateOptions } from '../pretrain/demonstrate-options.ts';

/** @throws Error where the folder is not to be had, or an option does not go with the format or the task */
export function check(options: DemonstrateOptions): { readonly options: DemonstrateOptions } {
  checkRecording(options);
  const { task } = options;
  if (task === 'avoid')
    refuseGiven(options, ['workers'], 'it left out with --task avoid: a path in the plane takes no time');
  else refuseGiven(options, ['ways'], `it left out with --task ${task}: only avoid has ways through`);
  return { options };
}

export const command = (base: Command): Command =>
  withOptions(base, demonstrateOptions, {
    check,
    run: async ({ options }, { say }) =>
      (await import('../pretrain/demonstrate.ts')).demonstrate(options, say),
  });
