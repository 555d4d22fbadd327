import type { Command } from 'commander';

import { startOptions } from '../finetune/start-options.ts';
import { settled } from '../finetune/starting-spec.ts';
import { withOptions } from '../options/command-line.ts';

export const command = (base: Command): Command =>
  withOptions(base, startOptions, {
    check: (asked) => {
      const { task: _, ...options } = asked;
      return settled(options);
    },
    run: async ({ options }, { say, live }) =>
      (await import('../finetune/start.ts')).start(options, say, live),
  });
