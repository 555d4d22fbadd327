import type { Command } from 'commander';

import { type OutputOptions, withOutput, withOutputOptions } from '../output/output.ts';

export const command = (base: Command): Command =>
  withOutputOptions(base)
    .argument('<runs...>', 'run folders')
    .action((runs: string[], given: OutputOptions) =>
      withOutput(given, async ({ say, live }) =>
        (await import('../runs/compare.ts')).compare(runs, say, live),
      ),
    );
