import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { checkDistil } from '../pretrain/check-distil.ts';
import { distilOptions } from '../pretrain/distil-options.ts';

export const command = (base: Command): Command =>
  withOptions(base, distilOptions, {
    check: checkDistil,
    run: async (checked, { say, live }) => (await import('../pretrain/distil.ts')).distil(checked, say, live),
  });
