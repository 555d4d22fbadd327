import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { checkExpert } from '../pretrain/check-expert.ts';
import { expertOptions } from '../pretrain/expert-options.ts';

export const command = (base: Command): Command =>
  withOptions(base, expertOptions, {
    check: checkExpert,
    run: async ({ options }, { say, live }) =>
      (await import('../pretrain/expert.ts')).expert(options, say, live),
  });
