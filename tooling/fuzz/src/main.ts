import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';

import { counts, failures } from './counts.ts';
import { fuzz } from './fuzz.ts';

await new Command('fuzz')
  .description(
    'reads files that name other sizes than they have, each in a process of 256 MB, and counts what became of them',
  )
  .option('--seed <n>', 'another one, other files', Number, 1)
  .option('--rounds <n>', 'files of each sample', Number, 100)
  .action(async (options: { seed: number; rounds: number }) => {
    const folder = mkdtempSync(join(tmpdir(), 'dppo-fuzz-'));
    const outcomes = await fuzz({ ...options, folder });
    const failed = failures(outcomes);
    const sum = `seed ${options.seed}: ${outcomes.length} files, ${failed.length} did harm`;
    process.stdout.write(`${[counts(outcomes), ...failed, sum].join('\n')}\n`);
    if (failed.length > 0) process.exitCode = 1;
  })
  .parseAsync();
