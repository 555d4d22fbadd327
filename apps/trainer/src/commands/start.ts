import type { Command } from 'commander';

import { startOptions } from '../finetune/start-options.ts';
import { startSettled } from '../finetune/start-settled.ts';
import { withOptions } from '../options/command-line.ts';

export const command = (base: Command): Command =>
  withOptions(base, startOptions, {
    check: startSettled,
    run: async ({ options }, { say, live }) =>
      (await import('../finetune/start.ts')).start(options, say, live),
  });
