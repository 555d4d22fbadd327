import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { expertOptions, type ExpertOptions } from '../pretrain/expert-options.ts';
import { checkOut } from '../runs/check-out.ts';
import { taskNamed } from '../tasks/task-place.ts';

/** @throws Error where there is no such environment, or no room for the policy */
export function check(options: ExpertOptions): { readonly options: ExpertOptions } {
  taskNamed(options.environment);
  checkOut(options.out, '--out');
  return { options };
}

export const command = (base: Command): Command =>
  withOptions(base, expertOptions, {
    check,
    run: async ({ options }, { say, live }) =>
      (await import('../pretrain/expert.ts')).expert(options, say, live),
  });
