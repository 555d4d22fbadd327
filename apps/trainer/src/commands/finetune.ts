import type { Command } from 'commander';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { settled } from '../finetune/starting-spec.ts';
import { withOptions } from '../options/command-line.ts';

export const command = (base: Command): Command =>
  withOptions(base, finetuneOptions, {
    check: settled,
    run: async ({ options }, { say, live }) =>
      (await import('../finetune/finetune.ts')).finetune(options, say, live),
  });
