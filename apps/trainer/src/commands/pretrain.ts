import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { checkPretrain } from '../pretrain/training-data.ts';

export const command = (base: Command): Command =>
  withOptions(base, pretrainOptions, {
    check: checkPretrain,
    run: async (checked, { say, live }) =>
      (await import('../pretrain/pretrain.ts')).pretrain(checked, say, live),
  });
