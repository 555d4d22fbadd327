import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Compute, inProcess } from '@dppo/cluster';
import { zip } from '@dppo/files';
import { expect, it } from 'vitest';

import { rows, trained } from '../../test/little-runs.ts';
import { program } from '../../test/program.ts';
import { smallHopper } from '../../test/small-policies.ts';
import { smallRun } from '../../test/small-run.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { clusterJobs } from './cluster-jobs.ts';
import type { Job } from './job.ts';
import { formatFolder, formatJob, parseAnswer } from './job-bytes.ts';
import { jobHere } from './job-here.ts';

const { signal } = new AbortController();
const { environment: _, hidden: __, denoisingSteps: ___, ...small } = smallRun;
const options = { ...small, backend: 'cpu', saveEvery: 1, keep: 1 };

const lineOf = (from: object): Job['configuration']['line'] => ({
  set: Object.entries(from).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ),
  named: {},
});

const compute: Compute = async ({ data, shared }, get, stop) =>
  jobHere({ data, shared: (place) => get(shared[place]), program, signal: stop });

it('brings a job to the run made alone, though another worker goes on with it', async () => {
  const { policy } = await untrainedPolicy(smallHopper);
  const dir = join(mkdtempSync(join(tmpdir(), 'cluster-jobs-')), '1-seed-7');
  const line = lineOf({ ...options, policy });
  const job: Job = { name: '1-seed-7', configuration: { number: 1, point: {}, line }, seed: 7, dir };

  const run = clusterJobs(inProcess(compute), { threads: 1, seconds: 600 });
  for (const iterations of [2, 4])
    expect(await run(job, iterations, signal)).toEqual({
      state: 'finished',
      why: 'came to where it was asked to',
    });
  const alone = await trained({ ...options, policy, seed: 7, iterations: 4 });
  expect(rows(dir)).toEqual(rows(alone));
  const [one, other] = [dir, alone].map((folder) => readFileSync(join(folder, 'best.safetensors')));
  expect(one.equals(other)).toBe(true);
  expect(readFileSync(`${dir}.log`, 'utf8').match(/^finished: /gm)).toHaveLength(2);
});

it('gives a job back that has not finished when its seconds are up', async () => {
  const job = { ...asked, iterations: 10_000, seconds: 1e-3 };
  const answer = await parseAnswer(
    await jobHere({ data: formatJob(job), shared: () => Promise.reject(), program, signal }),
  );
  expect(answer).toMatchObject({ state: 'stopped', isOver: false });
  expect([...answer.folder.keys()]).toContain('last.safetensors');
  expect(new TextDecoder().decode(answer.log)).toContain('stopped after iteration');
});

const asked = {
  set: lineOf({ ...smallRun, backend: 'cpu' }).set,
  seed: 1,
  iterations: 1,
  threads: 1,
  seconds: 1,
  parts: [],
};
const ask = (job: Parameters<typeof formatJob>[0], shared: readonly Uint8Array[] = []): Promise<Uint8Array> =>
  jobHere({ data: formatJob(job), shared: async (place) => shared[place], program: [], signal });

it.each([
  ['environment=./task.js', '--environment'],
  ['environment=gym:CartPole-v1', '--environment'],
  ['logger=./logger.js', '--logger'],
  ['dashboard=true', '--dashboard'],
])('refuses a job with %s, which would be of the machine of a worker', async (text, option) => {
  await expect(ask({ ...asked, set: [...asked.set, text] })).rejects.toThrow(`${option}: found `);
});

it('refuses a folder whose run would have an environment of its own, and one with files elsewhere', async () => {
  const job = { ...asked, parts: ['folder' as const] };
  const config = new TextEncoder().encode('environment: /task.js\n');
  const folder = await formatFolder(new Map([['config.yaml', config]]));
  await expect(ask(job, [folder])).rejects.toThrow('--environment: found /task.js');
  await expect(ask(job, [await zip([['src/run.js', config]])])).rejects.toThrow('found a file "src/run.js"');
  await expect(parseAnswer(await zip([['end.json', config]]))).rejects.toThrow('has no end');
});
