import type { Command } from 'commander';

import { type OutputOptions, withOutput, withOutputOptions } from '../output/output.ts';

export const command = (base: Command): Command =>
  withOutputOptions(base.option('--config <file>', 'options of dppo finetune to look through')).action(
    ({ config, ...given }: OutputOptions & { readonly config?: string }) =>
      withOutput(given, async ({ say, live }) => {
        const { doctor } = await import('../doctor/doctor.ts');
        if (!(await doctor(config, say, live))) process.exitCode = 1;
      }),
  );
