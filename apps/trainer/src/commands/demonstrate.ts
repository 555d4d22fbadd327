import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { checkRecording } from '../pretrain/check-recording.ts';
import { demonstrateOptions, type DemonstrateOptions } from '../pretrain/demonstrate-options.ts';

/** @throws Error where the folder is not to be had, or an option does not go with the format or the task */
export function check(options: DemonstrateOptions): { readonly options: DemonstrateOptions } {
  checkRecording(options);
  const { task, ways, workers } = options;
  const [misplaced, wanted] =
    task === 'avoid'
      ? [
          workers === undefined ? undefined : `--workers ${workers}`,
          'lift, can or square: a path in the plane takes no time',
        ]
      : [ways === undefined ? undefined : `--ways ${ways}`, 'avoid, which has obstacles'];
  if (misplaced !== undefined) throw new Error(`${misplaced}: found --task ${task}, wanted ${wanted}`);
  return { options };
}

export const command = (base: Command): Command =>
  withOptions(base, demonstrateOptions, {
    check,
    run: async ({ options }, { say }) =>
      (await import('../pretrain/demonstrate.ts')).demonstrate(options, say),
  });
