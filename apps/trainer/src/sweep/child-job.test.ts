import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { childJobs, logOf } from './child-job.ts';
import type { Job } from './job.ts';

const goesOn = new AbortController().signal;

/** A job whose program is a script, in a new folder. */
function jobOf(script: string, set: readonly string[] = []) {
  const dir = mkdtempSync(join(tmpdir(), 'child-job-'));
  const program = join(dir, 'program.mjs');
  writeFileSync(program, script);
  const job: Job = {
    name: '1-seed-7',
    configuration: { number: 1, point: {}, line: { preset: 'hopper-fast', set, named: {} } },
    seed: 7,
    dir: join(dir, '1-seed-7'),
  };
  return {
    job,
    run: childJobs({ program: [program], threads: 3 }),
    log: () => readFileSync(logOf(job), 'utf8'),
  };
}

const tell = 'console.log(process.argv.slice(2).join(" "), process.env.TF_NUM_INTRAOP_THREADS)';

it('calls dppo finetune for a job, whose words go to a file beside its folder', async () => {
  const { job, run, log } = jobOf(tell, ['gamma=0.9']);
  expect(await run(job, 5, goesOn)).toEqual({ state: 'finished', why: 'came to where it was asked to' });
  expect(log()).toBe(
    `finetune --preset hopper-fast --set gamma=0.9 --iterations 5 --seed 7 --run-dir ${job.dir} --auto-resume --workers 3 3\n`,
  );
});

it('leaves the threads of environments to a job that says how many', async () => {
  const { job, run, log } = jobOf(tell, ['workers=2']);
  await run(job, 5, goesOn);
  expect(log()).not.toContain('--workers');
});

it.each([
  ['console.error("dppo: it diverged"); process.exit(1)', { state: 'failed', why: 'it diverged' }],
  ['process.exit(75)', { state: 'stopped', why: 'a signal stopped it' }],
  ['process.kill(process.pid, "SIGKILL")', { state: 'stopped', why: 'ended by SIGKILL' }],
  ['process.exit(3)', { state: 'failed', why: 'exit code 3' }],
])('tells how a job ended: %s', async (script, end) => {
  const { job, run } = jobOf(script);
  expect(await run(job, 5, goesOn)).toEqual(end);
});

it('hands a stop down to a job, and begins none after it', async () => {
  const { job, run, log } = jobOf(
    'process.once("SIGTERM", () => process.exit(75)); setInterval(() => {}, 1000); console.log("ready")',
  );
  const stop = new AbortController();
  const end = run(job, 5, stop.signal);
  await expect.poll(log).toBe('ready\n');
  stop.abort();
  expect(await end).toEqual({ state: 'stopped', why: 'a signal stopped it' });
  expect(await run(job, 5, stop.signal)).toEqual({ state: 'stopped', why: 'did not begin' });
  expect(log()).toBe('ready\n');
});
