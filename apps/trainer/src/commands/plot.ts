import type { Command } from 'commander';

import { spoken } from '../output/output.ts';
import { type XAxis, xAxes } from '../pictures/curve.ts';
import { checkOut } from '../runs/check-out.ts';

export const command = (base: Command): Command =>
  base
    .argument('<runs...>', 'run folders; those that differ in their seeds alone become one line, their mean')
    .requiredOption('--out <file>', 'picture to write (.svg)')
    .option('--x <axis>', `what it is drawn against: ${xAxes.join(', ')} [default: env-steps]`)
    .action(async (runs: string[], { out, x }: { out: string; x?: string }) => {
      checkOut(out, '--out');
      if (!out.endsWith('.svg')) throw new Error(`--out ${out}: wanted a name that ends in .svg`);
      if (x !== undefined && !isAxis(x)) throw new Error(`--x ${x}: wanted one of ${xAxes.join(', ')}`);
      const { plotRuns } = await import('../pictures/plot-runs.ts');
      await plotRuns(runs, { out, x }, spoken(process.stderr).say);
      spoken(process.stdout).say(`wrote ${out}`);
    });

function isAxis(text: string): text is XAxis {
  return xAxes.some((axis) => axis === text);
}
