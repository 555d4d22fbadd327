import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import { beforeAll, expect, it } from 'vitest';

import { rows } from '../../test/little-runs.ts';
import { smallRun } from '../../test/small-run.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { settled } from '../finetune/starting-spec.ts';
import { withOptions } from '../options/command-line.ts';
import { checkSweep } from './check-sweep.ts';
import { type Job, jobsOf, type RunJob, wordsOf } from './job.ts';
import { configurationRows, jobRows } from './results.ts';
import { runStages } from './run-stages.ts';
import { sweepOptions } from './sweep-options.ts';

const options = { ...smallRun, backend: 'cpu', saveEvery: 2, iterations: 4 };
const { plan } = await checkSweep(
  sweepOptions.parse({ options, grid: { actorLr: [1e-4, 1e-2] }, halving: { first: 10 } }),
);
const seeds = [1, 2];
const newJobs = (): readonly Job[] => jobsOf(plan, seeds, mkdtempSync(join(tmpdir(), 'stages-')));
const { signal } = new AbortController();

/** Computes a job in this process, by the words that its own process would have. */
const here: RunJob = async (job, iterations) => {
  const command = withOptions(new Command('finetune'), finetuneOptions, {
    check: settled,
    run: ({ options: given }) => finetune(given, () => {}),
  });
  await command.parseAsync([...wordsOf(job, iterations).slice(1), '--workers', '1', '--quiet'], {
    from: 'user',
  });
  return { state: 'finished', why: 'in this process' };
};

/** Runs the jobs, one at a time, with what was heard. */
async function heard(all: readonly Job[], run: RunJob = here) {
  const events: string[] = [];
  const tell = (event: string) => (job: Job) => void events.push(`${event} ${job.name}`);
  const end = await runStages(plan, all, {
    run,
    width: 1,
    signal,
    heard: {
      begun: tell('begun'),
      ended: tell('ended'),
      skipped: tell('skipped'),
      judged: (stopped, going) => events.push(`stopped ${stopped[0].number}, not ${going[0].number}`),
    },
  });
  return { ...end, events };
}

/** The return of each job's evaluation after an iteration. */
function returnsAt(all: readonly Job[], at: number): (number | undefined)[] {
  return all.map(({ dir }) => {
    const row = rows(dir).find((each) => each['iteration'] === at && 'eval/mean_reward' in each);
    return row?.['eval/mean_reward'];
  });
}

const jobs = newJobs();
let end: Awaited<ReturnType<typeof heard>>;
beforeAll(async () => {
  // The last first: their order is none of the numbers.
  end = await heard(jobs.toReversed());
});

it('lets those go on whose mean over the seeds is best, to the numbers of runs that were never judged', async () => {
  const { stopped, failed, events } = end;
  const [a, b, c, d] = returnsAt(jobs, 2).map(Number);
  const [worse, better] = a + b >= c + d ? [2, 1] : [1, 2];
  expect([...stopped].map(({ number }) => number)).toEqual([worse]);
  expect(failed.size).toBe(0);
  expect(events.slice(8)).toEqual([
    `stopped ${worse}, not ${better}`,
    ...seeds
      .toReversed()
      .flatMap((seed) => ['begun', 'ended'].map((event) => `${event} ${better}-seed-${seed}`)),
  ]);

  const alone = jobsOf(plan, seeds, mkdtempSync(join(tmpdir(), 'alone-')));
  for (const [i, job] of jobs.entries()) {
    const iterations = job.configuration.number === better ? 4 : 2;
    await here(alone[i], iterations, signal);
    expect(rows(job.dir)).toEqual(rows(alone[i].dir));
    const [own, other] = [job, alone[i]].map(({ dir }) =>
      readFileSync(join(dir, `policy-${iterations}.safetensors`)),
    );
    expect(own.equals(other)).toBe(true);
  }

  // What is there is not computed again, and comes to the same.
  const again = await heard(jobs, () => Promise.reject(new Error('nothing is missing')));
  expect(again.stopped).toEqual(stopped);
  expect(again.events.filter((event) => event.startsWith('begun'))).toEqual([]);

  const told = configurationRows(plan.configurations, jobs, { stopped, failed });
  expect(told).toMatchObject([
    { configuration: better, seeds: 2, state: 'finished' },
    { configuration: worse, seeds: 2, state: 'stopped' },
  ]);
  const returns = jobRows(jobs, { stopped, failed })
    .filter(({ configuration }) => configuration === better)
    .map((row) => Number(row['return_after']));
  expect(told[0]).toMatchObject({
    return: (returns[0] + returns[1]) / 2,
    low: Math.min(...returns),
    high: Math.max(...returns),
  });
});

it('stops a configuration one of whose jobs failed, and tells why', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'failed-'));
  const some = jobsOf(plan, seeds, dir);
  for (const [i, job] of some.entries()) if (i !== 1) cpSync(jobs[i].dir, job.dir, { recursive: true });
  const { stopped, failed, events } = await heard(some, ({ name }) =>
    Promise.resolve(
      name === '1-seed-2' ? { state: 'failed', why: 'it diverged' } : { state: 'finished', why: '' },
    ),
  );
  expect([...stopped]).toEqual([plan.configurations[0]]);
  expect([...failed]).toEqual([[some[1], 'it diverged']]);
  expect(events).toContain('stopped 1, not 2');
  expect(configurationRows(plan.configurations, some, { stopped, failed })).toMatchObject([
    { configuration: 2, state: 'finished' },
    { configuration: 1, seeds: 1, state: '1 failed' },
  ]);
});

it('judges nothing where a job was killed, until that has come as far as the others', async () => {
  const { stopped, failed, events } = await heard(newJobs(), ({ name }) =>
    Promise.resolve({ state: name === '2-seed-1' ? 'stopped' : 'finished', why: 'ended by SIGKILL' }),
  );
  expect(stopped.size).toBe(0);
  expect([...failed].map(([{ name }, why]) => [name, why])).toEqual([['2-seed-1', 'ended by SIGKILL']]);
  expect(events).toHaveLength(8);
});
