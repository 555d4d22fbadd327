import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hasNatsServer, natsServer } from '@dppo/testing/nats-server';
import { expect, it, onTestFinished } from 'vitest';

import { program } from '../../test/program.ts';
import { rows, trained } from '../../test/little-runs.ts';
import { smallRun } from '../../test/small-run.ts';
import { workerProcess } from '../../test/worker-process.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { readHistory } from '../runs/history.ts';

const iterations = 8;
const options = { ...smallRun, backend: 'cpu', saveEvery: 1, keep: 1, evalEvery: 4, iterations };
const seeds = [1, 2, 3];
const rates = [1e-4, 1e-3];

/** The command in a process of its own, and what it says. */
function dppo(...words: string[]) {
  const child: ChildProcess = spawn(process.execPath, [...program, 'sweep', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => (said.text += String(data)));
  return { child, said, ended: once(child, 'close') };
}

it.skipIf(process.platform === 'win32')(
  'comes to the runs made alone, where a job is killed and the sweep is stopped',
  async () => {
    const dir = join(mkdtempSync(join(tmpdir(), 'sweep-')), 'sweep');
    const job = (number: number, seed: number): string => join(dir, `${number}-seed-${seed}`);
    const words = ['--options', JSON.stringify(options), '--seeds', JSON.stringify(seeds), '--jobs', '2'];
    const { child, said, ended } = dppo(
      ...words,
      '--grid',
      JSON.stringify({ actorLr: rates }),
      '--run-dir',
      dir,
    );

    await expect.poll(() => existsSync(join(job(1, 1), 'metrics.jsonl')) || child.exitCode).toBe(true);
    process.kill(JSON.parse(readFileSync(join(job(1, 1), 'run.lock'), 'utf8')).pid, 'SIGKILL');
    await expect.poll(() => said.text).toContain('1-seed-1: stopped: ended by SIGKILL');
    await expect.poll(() => existsSync(join(job(1, 3), 'metrics.jsonl')) || child.exitCode).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toEqual([75, null]);
    expect(said.text).toContain(`stopped by SIGINT; to go on: dppo sweep --resume ${dir}`);
    expect(readHistory(job(1, 3)).at(-1)?.end).toMatchObject({ state: 'stopped' });

    const second = dppo('--resume', dir);
    expect(await second.ended, second.said.text).toEqual([0, null]);
    expect(second.said.text).toMatch(/^1-seed-1: goes on, to iteration 8; actorLr 0\.0001$/m);
    const third = dppo('--resume', dir);
    expect(await third.ended).toEqual([0, null]);
    expect(third.said.text).toContain('finished already: 6 jobs, 0 configurations stopped as hopeless');

    const cells = readFileSync(join(dir, 'results.csv'), 'utf8')
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(cells.map(([name, , , rate, state]) => [name, rate, state])).toEqual([
      ['job', 'actorLr', 'state'],
      ...rates.flatMap((rate, i) => seeds.map((seed) => [`${i + 1}-seed-${seed}`, String(rate), 'finished'])),
    ]);
    expect(readFileSync(join(dir, 'curves.svg'), 'utf8')).toContain('means over 3 seeds');

    for (const [i, actorLr] of rates.entries())
      for (const seed of seeds) {
        const runDir = join(mkdtempSync(join(tmpdir(), 'alone-')), 'run');
        await finetune(finetuneOptions.parse({ ...options, actorLr, seed, runDir }), () => {});
        expect(rows(job(i + 1, seed))).toEqual(rows(runDir));
        const [own, alone] = [job(i + 1, seed), runDir].map((each) =>
          readFileSync(join(each, 'best.safetensors')),
        );
        expect(own.equals(alone)).toBe(true);
      }
  },
);

it.skipIf(!hasNatsServer)('comes to the runs made alone, by workers one of which leaves', async () => {
  const server = await natsServer();
  onTestFinished(() => server.kill());
  const small = { ...options, iterations: 2, evalEvery: 2 };
  const dir = join(mkdtempSync(join(tmpdir(), 'sweep-')), 'sweep');
  const words = ['--options', JSON.stringify(small), '--seeds', '[1,2]', '--run-dir', dir];
  const { child, said, ended } = dppo(...words, '--cluster', server.url);
  const [leaving, staying] = [workerProcess(server.url), workerProcess(server.url)];
  onTestFinished(() => [leaving, staying].forEach((worker) => worker.kill('SIGKILL')));
  await expect.poll(leaving.said).toContain('serving run');
  await expect.poll(() => leaving.said().includes('computing') || child.exitCode !== null).toBe(true);
  leaving.kill('SIGTERM');
  expect(await leaving.ended).toBe(0);
  expect(await ended, said.text).toEqual([0, null]);
  expect(await staying.ended).toBe(0);

  for (const seed of [1, 2]) {
    const [own, alone] = [join(dir, `1-seed-${seed}`), await trained({ ...small, seed })];
    expect(rows(own)).toEqual(rows(alone));
    const [one, other] = [own, alone].map((each) => readFileSync(join(each, 'best.safetensors')));
    expect(one.equals(other)).toBe(true);
  }
});
