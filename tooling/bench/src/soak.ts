import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';

import { median } from './median.ts';
import { residentMegabytes } from './resident-megabytes.ts';
import { markdown } from './table.ts';
import { trainerWords } from './trainer-words.ts';

/** A training of which an iteration takes milliseconds: what grows with a run shows soon. */
const job = {
  environment: 'avoid',
  backend: 'cpu',
  hidden: '[8]',
  denoisingSteps: 3,
  nEnvs: 2,
  workers: 1,
  steps: 5,
  batchSize: 30,
  updateEpochs: 2,
  evalEpisodes: 2,
  evalEvery: 100,
  saveEvery: 100,
};

interface Soaked {
  /** Resident memory of the process at each tenth of the iterations, megabytes. */
  readonly memory: readonly number[];
  /** Median of an iteration, milliseconds, of the first and of the second half. */
  readonly halves: readonly number[];
  readonly polls: number;
  /** Longest that an answer took, seconds. */
  readonly slowest: number;
}

/** Trains in a process of its own, with or without a dashboard that is asked for once a second. */
async function soaked(iterations: number, dashboard: boolean): Promise<Soaked> {
  const dir = join(mkdtempSync(join(tmpdir(), 'soak-')), 'run');
  const options = { ...job, iterations, dashboard, runDir: dir };
  const child = spawn(process.execPath, [...trainerWords('finetune', options), '--json']);
  const [memory, answers]: [number[], number[]] = [[], []];
  let url: string | undefined;
  let rest = '';
  child.stderr.pipe(process.stderr);
  child.stdout.on('data', (data) => {
    const lines = (rest + String(data)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { message = '', iteration, 'time/fps': fps } = JSON.parse(line);
      url ??= /^dashboard (.*)$/.exec(message)?.[1];
      if (fps !== undefined && iteration % (iterations / 10) === 0) memory.push(residentMegabytes(child.pid));
    }
  });
  let asking = Promise.resolve();
  const timer = setInterval(() => {
    if (url === undefined) return;
    const began = performance.now();
    const asked = fetch(url).then(async (response) => {
      await response.text();
      answers.push((performance.now() - began) / 1000);
    });
    // The last one finds nobody.
    asking = asked.catch(() => {});
  }, 1000);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  await asking;
  if (code !== 0) throw new Error(`soak: the training ended with ${code}`);
  const times = iterationTimes(join(dir, 'metrics.jsonl'));
  const half = Math.floor(times.length / 2);
  return {
    memory,
    halves: [times.slice(0, half), times.slice(half)].map(median),
    polls: answers.length,
    slowest: Math.max(0, ...answers),
  };
}

/** Milliseconds that the iterations of a run took. */
function iterationTimes(file: string): number[] {
  const rows: Record<string, number>[] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return rows
    .filter((row) => 'time/sampling' in row)
    .map((row) => 1000 * (row['time/sampling'] + row['time/physics'] + row['time/update']));
}

const program = new Command('soak')
  .description(
    'memory and time of a long training, without a dashboard and with one that is asked for once a second',
  )
  .option('--iterations <count>', 'of each training', Number, 2000)
  .parse();
const { iterations } = program.opts<{ iterations: number }>();
const places = Array.from({ length: 10 }, (_, i) => `${((i + 1) * iterations) / 10}`);
// Side by side, so that both meet the same machine.
const both = await Promise.all([false, true].map((dashboard) => soaked(iterations, dashboard)));
const rows = both.map(({ memory, halves, polls, slowest }) =>
  [
    polls === 0 ? 'none' : `${polls} polls, the slowest ${slowest.toFixed(2)} s`,
    halves.map((time) => time.toFixed(1)),
    memory.map((size) => size.toFixed(0)),
  ].flat(),
);
const header = ['dashboard', 'ms, first half', 'ms, second half', ...places.map((place) => `MB at ${place}`)];
process.stdout.write(`${markdown([header, ...rows])}\n`);
