import { Command, Option } from 'commander';

import { type Fault, drawn } from './faults/draw.ts';
import { WORKERS, alone, faultyRun } from './faults/faulty-run.ts';
import { jobs } from './faults/job.ts';

const { of, seed, points } = new Command('faults')
  .description(
    'runs on a cluster to whose parts something happens, and compares their files with those of one process',
  )
  .addOption(new Option('--of <job>', 'what is run').choices(Object.keys(jobs)).default('rounds'))
  .option('--seed <n>', 'decides what happens, and when', Number, 1)
  .option('--points <n>', 'how many things happen', Number, 20)
  .parse()
  .opts<{ readonly of: string; readonly seed: number; readonly points: number }>();

const job = jobs[of];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const told = ({ kind, after, away }: Fault): string =>
  `${kind} after ${after.toFixed(1)} s, for ${away.toFixed(1)} s`;

const expected = await alone(job);
let failed = 0;

/** A run, and whether its files are as they should be. */
async function tried(faults: readonly Fault[]): Promise<number> {
  const { took, happened, outcome } = await faultyRun(job, faults).then(
    (run) => {
      const isSame = run.results.every((bytes, i) => bytes.equals(expected.results[i]));
      return { ...run, outcome: isSame ? 'the same' : 'OTHERS' };
    },
    (error: Error) => ({ took: NaN, happened: faults, outcome: error.message }),
  );
  const happens = happened.length === 0 ? 'nothing' : happened.map(told).join('; ');
  if (outcome !== 'the same') failed++;
  say(`| ${happens} | ${took.toFixed(1)} | ${outcome} |`);
  return took;
}

say(`${job.what}, on ${WORKERS} workers, seed ${seed}\n`);
say('| what happens | the run takes s | its bytes are |\n| --- | --- | --- |');
const lasts = await tried([]);
const faults = drawn(seed, { points, workers: WORKERS, lasts });
for (let i = 0; i < points; i += job.faults) {
  await tried(faults.slice(i, i + job.faults).toSorted((a, b) => a.after - b.after));
}
say(`\n${failed} runs are not as they should be`);
process.exit(failed > 0 ? 1 : 0);
