import type { Command } from 'commander';

import { type OutputOptions, withOutput, withOutputOptions } from '../output/output.ts';

export const command = (base: Command): Command =>
  withOutputOptions(base).action((given: OutputOptions) =>
    withOutput(given, async ({ say, live }) => {
      const { doctor } = await import('../doctor/doctor.ts');
      if (!(await doctor(say, live))) process.exitCode = 1;
    }),
  );
