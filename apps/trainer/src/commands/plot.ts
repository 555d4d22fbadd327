import type { Command } from 'commander';

import { spoken } from '../output/output.ts';
import { checkOut } from '../runs/check-out.ts';

export const command = (base: Command): Command =>
  base
    .argument('<runs...>', 'run folders')
    .requiredOption('--out <file>', 'picture to write (.svg)')
    .action(async (runs: string[], { out }: { out: string }) => {
      checkOut(out, '--out');
      if (!out.endsWith('.svg')) throw new Error(`--out ${out}: wanted a name that ends in .svg`);
      const { plotRuns } = await import('../pictures/plot-runs.ts');
      await plotRuns(runs, out, spoken(process.stderr).say);
      spoken(process.stdout).say(`wrote ${out}`);
    });
