import type { Command } from 'commander';

import { withOptions } from '../options/command-line.ts';
import { fileArgument } from '../options/file-argument.ts';
import { checkSweep } from '../sweep/check-sweep.ts';
import { sweepOptions } from '../sweep/sweep-options.ts';

/** What Node.js was called with to be this command. */
const program = (): readonly string[] => [...process.execArgv, process.argv[1]];

export const command = (base: Command): Command =>
  fileArgument(
    withOptions(base, sweepOptions, {
      check: checkSweep,
      run: async (checked, { say, live }) =>
        (await import('../sweep/sweep.ts')).sweep(checked, program(), say, live),
    }),
    'config',
  );
