import type { Command } from 'commander';

import { spoken } from '../output/output.ts';
import { xAxes, yAxes } from '../pictures/curve.ts';
import { checkOut } from '../runs/check-out.ts';

interface Given {
  readonly out: string;
  readonly x?: string;
  readonly y?: string;
}

export const command = (base: Command): Command =>
  base
    .argument('<runs...>', 'run folders; those that differ in their seeds alone become one line, their mean')
    .requiredOption('--out <file>', 'picture to write (.svg)')
    .option('--x <axis>', `what it is drawn against: ${xAxes.join(', ')} [default: env-steps]`)
    .option('--y <axis>', `what is drawn of evaluations: ${yAxes.join(', ')} [default: return]`)
    .action(async (runs: string[], { out, ...given }: Given) => {
      checkOut(out, '--out');
      if (!out.endsWith('.svg')) throw new Error(`--out ${out}: wanted a name that ends in .svg`);
      const [x, y] = [chosen('--x', given.x, xAxes), chosen('--y', given.y, yAxes)];
      const { plotRuns } = await import('../pictures/plot-runs.ts');
      await plotRuns(runs, { out, x, y }, spoken(process.stderr).say);
      spoken(process.stdout).say(`wrote ${out}`);
    });

/** @throws Error where it is none of the names */
function chosen<Name extends string>(
  option: string,
  text: string | undefined,
  names: readonly Name[],
): Name | undefined {
  const found = names.find((name) => name === text);
  if (text !== undefined && found === undefined)
    throw new Error(`${option} ${text}: wanted one of ${names.join(', ')}`);
  return found;
}
