import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { program } from '../runs/program.ts';
import { checkSweep } from '../sweep/check-sweep.ts';
import { sweepOptions } from '../sweep/sweep-options.ts';

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, sweepOptions, {
      check: checkSweep,
      run: async (checked, { say, live }) =>
        (await import('../sweep/sweep.ts')).sweep(checked, program(), say, live),
    }),
    'config',
  );
