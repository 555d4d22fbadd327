import { Command } from 'commander';

import { drawn } from './faults/draw.ts';
import { WORKERS, alone, faultyRun } from './faults/faulty-run.ts';
import { rounds } from './faults/job.ts';

const { seed, points } = new Command('faults')
  .description(
    'runs on a cluster to whose parts something happens, and compares their files with those of one process',
  )
  .option('--seed <n>', 'decides what happens, and when', Number, 1)
  .option('--points <n>', 'how many things happen, one in each run', Number, 20)
  .parse()
  .opts<{ readonly seed: number; readonly points: number }>();

const job = rounds;
const expected = await alone(job);
const none = await faultyRun(job, []);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`${job.what}; ${none.took.toFixed(1)} s on ${WORKERS} workers, seed ${seed}\n`);
say('| what happens | after s | away s | the run s | same bytes |\n| --- | --- | --- | --- | --- |');
let failed = 0;
for (const fault of drawn(seed, { points, workers: WORKERS, lasts: none.took })) {
  const outcome = await faultyRun(job, [fault]).then(
    ({ results, took }) => {
      const isSame = results.every((bytes, i) => bytes.equals(expected.results[i]));
      return { took: took.toFixed(1), same: isSame ? 'yes' : 'NO' };
    },
    (error: Error) => ({ took: '', same: error.message }),
  );
  if (outcome.same !== 'yes') failed++;
  say(
    `| ${fault.kind} | ${fault.after.toFixed(2)} | ${fault.away.toFixed(2)} | ${outcome.took} | ${outcome.same} |`,
  );
}
say(`\n${points - failed} of ${points} have the same bytes`);
process.exit(failed > 0 ? 1 : 0);
