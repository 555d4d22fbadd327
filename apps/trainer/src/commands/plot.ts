import type { Command } from 'commander';

export const command = (base: Command): Command =>
  base
    .argument('<runs...>', 'run folders')
    .requiredOption('--out <file>', 'picture to write (.svg)')
    .action(async (runs: string[], { out }: { out: string }) =>
      (await import('../pictures/plot-runs.ts')).plotRuns(runs, out, (line) =>
        process.stderr.write(`${line}\n`),
      ),
    );
