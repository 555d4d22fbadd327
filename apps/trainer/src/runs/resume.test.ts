import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { PpoState } from '@dppo/agent';
import { flatten } from '@dppo/optim';
import { readTensors, writeTensors } from '@dppo/checkpoint';
import { threads } from '@dppo/engine';
import { networkOf, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';

import { main, program, wordsOf } from '../../test/program.ts';
import { smallHopper } from '../../test/small-policies.ts';
import { smallRun } from '../../test/small-run.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { algorithmOf } from '../algorithms/algorithm-of.ts';
import { finetuneOptions as schema } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { readCheckpoint } from '../finetune/training-checkpoint.ts';
import { readHistory } from './history.ts';

const quiet = (): void => {};
const newDir = (): string => mkdtempSync(join(tmpdir(), 'resume-'));

/** A small training from scratch, with an option of each kind that has a state. */
const tiny = {
  ...smallRun,
  seed: 5,
  steps: 10,
  updateEpochs: 2,
  lrWarmupSteps: 2,
  lrCycleSteps: 4,
  nCriticWarmupItr: 1,
  desiredKl: 0.001,
  saveEvery: 2,
} as const;

/** The command in a process of its own. */
function dppo(...words: string[]): ChildProcess {
  return spawn(process.execPath, [...program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function start(runDir: string): ChildProcess {
  const options = { ...tiny, runDir, backend: tf.getBackend(), iterations: 1000 };
  return dppo('finetune', ...wordsOf(options));
}

/** Reads on until a line of the child's says so; fails with what it said where it ends before. */
async function said(child: ChildProcess, words: string): Promise<void> {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (text += String(data)));
  while (!text.includes(words)) {
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null && !text.includes(words)) throw new Error(`no "${words}" in: ${text}`);
  }
}

const ofTheClock = new Set(
  ['seconds', 'cpu_seconds', 'sampling', 'physics', 'update', 'fps'].map((name) => `time/${name}`),
);

/** Rows of metrics without what the clock says. */
function rows(dir: string): object[] {
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line, (key, value) => (ofTheClock.has(key) ? 0 : value)));
}

/** The state in a run's last checkpoint, of the form that its options give. */
async function stateOf(dir: string): Promise<PpoState> {
  const options = schema.parse({ ...parse(readFileSync(join(dir, 'config.yaml'), 'utf8')) });
  const { spec, frozen, stateLike } = await readCheckpoint(join(dir, 'last.safetensors'));
  return stateLike(algorithmOf(spec, frozen, options, (f) => f).algorithm.init(0));
}

const iterationOf = async (dir: string): Promise<number> => (await stateOf(dir)).iteration;

/** A run that was stopped by SIGINT: its folder, how it ended and what it said. */
const stopped = { dir: join(newDir(), 'run'), code: -1, text: '' };

beforeAll(async () => {
  const child = start(stopped.dir);
  child.stdout?.on('data', (data) => (stopped.text += String(data)));
  const ended = once(child, 'close');
  await said(child, 'iteration   3:');
  child.kill('SIGINT');
  [stopped.code] = await ended;
});

it('gives the run that never stopped, number by number, after kill -9', async () => {
  const dir = join(newDir(), 'run');
  const child = start(dir);
  await said(child, 'iteration   3:');
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');

  const saved = await iterationOf(dir);
  expect(saved).toBeGreaterThanOrEqual(2);
  expect(saved % 2).toBe(0);
  const iterations = saved + 2;
  const resumed = dppo('finetune', '--resume', dir, '--iterations', String(iterations));
  await said(resumed, 'learning curve in');
  expect(readHistory(dir).map(({ end }) => end?.why)).toEqual([
    undefined,
    `${iterations} iterations, as asked`,
  ]);
  const config = parse(readFileSync(join(dir, 'config.yaml'), 'utf8'));
  expect(config).toMatchObject({ iterations, actSteps: 4 });
  expect(config.threads).toBe(tf.getBackend() === 'tensorflow' ? threads() : undefined);
  const whole = join(newDir(), 'run');
  await finetune(schema.parse({ ...config, runDir: whole }), quiet);

  expect(rows(dir)).toEqual(rows(whole));
  const [one, other] = await Promise.all(
    [dir, whole].map(async (run) => {
      const { tensors, rest } = flatten(await stateOf(run));
      return { rest, values: Object.values(tensors).map((tensor) => tensor.dataSync()) };
    }),
  );
  expect(one).toEqual(other);
});

it('saves on SIGINT, exits with 75 and says how to go on', async () => {
  expect(stopped.code).toBe(75);
  const iteration = await iterationOf(stopped.dir);
  expect(stopped.text).toContain(
    `stopped after iteration ${iteration}; to go on: dppo finetune --resume ${stopped.dir}`,
  );
  expect(rows(stopped.dir).at(-1)).toMatchObject({ iteration });
  expect(readHistory(stopped.dir)).toMatchObject([{ end: { state: 'stopped', why: 'stopped by SIGINT' } }]);
});

/** A copy of the stopped run, and options that would go on with it. */
async function copied() {
  const dir = join(newDir(), 'run');
  cpSync(stopped.dir, dir, { recursive: true });
  const iterations = (await iterationOf(dir)) + 1;
  const config = { ...parse(readFileSync(join(dir, 'config.yaml'), 'utf8')), iterations };
  return {
    dir,
    last: join(dir, 'last.safetensors'),
    options: schema.parse({ ...config, resume: dir }),
    iterations,
  };
}

/** Every file of a folder with its bytes. */
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'base64')]));

it.each([
  ['truncated', (path: string) => truncateSync(path, 100_000), 'is the file truncated?'],
  ['with a flipped bit in its numbers', (path: string) => flip(path, (size) => size - 5), 'damaged'],
  ['with a flipped bit in its description', (path: string) => flip(path, () => 60), 'readTensors'],
] as const)('refuses a checkpoint %s, and touches nothing', async (...[, damage, message]) => {
  const { dir, last, options } = await copied();
  damage(last);
  const before = contents(dir);
  const tensors = tf.memory().numTensors;
  await expect(finetune(options, quiet)).rejects.toThrow(new RegExp(message.replaceAll('?', '\\?')));
  expect(contents(dir)).toEqual(before);
  expect(tf.memory().numTensors).toBe(tensors);
});

/** The description of a policy as a stranger may have written it. */
function widened(about: string): string {
  const { network, ...others } = JSON.parse(about);
  return JSON.stringify({ ...others, network: { ...network, hidden: [2 ** 20, 2 ** 20, 2 ** 20] } });
}

it.each([
  ['that is no state', () => ({ training: '{}' }), 'its metadata training: ✖ Invalid input'],
  ['that is null', () => ({ training: 'null' }), 'its metadata training: ✖ Invalid input'],
  ['that is no JSON', () => ({ training: '{' }), 'its metadata training is not JSON'],
  [
    'that is nested without end',
    () => ({ training: '['.repeat(100_000) }),
    'its metadata training is JSON nested deeper than 100',
  ],
  [
    'of a network of a million million weights',
    (about: Readonly<Record<string, string>>) => ({ dppo: widened(about['dppo']) }),
    'mlp_mean.layers.0.weight is [',
  ],
])('names the checkpoint %s, and makes nothing of it', async (_, change, message) => {
  const { last, options } = await copied();
  const { tensors, metadata } = await readTensors(last);
  await writeTensors(last, tensors, { ...metadata, ...change(metadata) });
  tf.dispose(tensors);
  await expect(finetune(options, quiet)).rejects.toThrow(`checkpoint ${last}: ${message}`);
});

function flip(path: string, where: (size: number) => number): void {
  const bytes = readFileSync(path);
  bytes[where(bytes.length)] ^= 1;
  writeFileSync(path, bytes);
}

it('lets one process go on with a run at a time, and names it to another', async () => {
  const { dir } = await copied();
  const first = dppo('finetune', '--resume', dir, '--iterations', '1000');
  await said(first, 'run folder');
  const second = dppo('finetune', '--run-dir', dir, '--auto-resume');
  const third = dppo('finetune', '--resume', dir);
  const ended = Promise.all([once(second, 'close'), once(third, 'close')]);
  const sentence = `dppo: The folder ${dir} is in use by process ${first.pid} on `;
  await Promise.all([said(second, sentence), said(third, sentence)]);
  expect(await ended).toEqual([
    [1, null],
    [1, null],
  ]);
  first.kill('SIGTERM');
  expect(await once(first, 'close')).toEqual([75, null]);
  expect(readdirSync(dir)).not.toContain('run.lock');
});

it('begins a run anew that was killed before its first checkpoint, and leaves one that has finished as it is', async () => {
  const { dir, last, options, iterations } = await copied();
  const again = { ...options, autoResume: true };
  const before = rows(dir);
  const end = iterations - 1;
  rmSync(last);
  await finetune({ ...again, iterations: end }, quiet);
  expect(rows(dir).slice(0, before.length)).toEqual(before);
  const checkpoint = readFileSync(last);
  const history = readHistory(dir);
  const lines: string[] = [];
  await finetune({ ...again, iterations: end }, (line) => lines.push(line));
  expect(lines.at(-1)).toBe(`finished already: ${end} iterations, as asked`);
  expect(readFileSync(last).equals(checkpoint)).toBe(true);
  expect(readHistory(dir)).toEqual(history);
  await finetune({ ...again, iterations: end + 1 }, quiet);
  expect(await iterationOf(dir)).toBe(end + 1);
});

it('goes on where the policy that is given is the one that the run began with, and refuses another', async () => {
  const { dir: parent, policy } = await untrainedPolicy(smallHopper);
  const dir = join(parent, 'run');
  const { environment: _, hidden: _sizes, denoisingSteps: _steps, ...others } = tiny;
  const options = {
    ...others,
    backend: tf.getBackend(),
    policy,
    ftDenoisingSteps: 2,
    batchSize: 8,
    iterations: 1,
  };
  await finetune(schema.parse({ ...options, runDir: dir }), quiet);
  const before = contents(dir);
  const other = join(parent, 'other.safetensors');
  await writePolicy(other, { spec: smallHopper, params: networkOf(smallHopper.network).init(2) });
  const again = { ...options, iterations: 2, resume: dir, autoResume: true };
  const refused = `--policy ${other}: found others than the run in ${dir} began with`;
  await expect(finetune(schema.parse({ ...again, policy: other }), quiet)).rejects.toThrow(refused);
  expect(contents(dir)).toEqual(before);
  await finetune(schema.parse(again), quiet);
  expect(await iterationOf(dir)).toBe(2);
  rmSync(join(dir, 'last.safetensors'));
  await expect(finetune(schema.parse({ ...again, policy: other }), quiet)).rejects.toThrow(refused);
});

it('keeps the last whole state of a run that failed', async () => {
  const { dir, options, iterations } = await copied();
  const fail = (line: string): void => {
    if (line.startsWith(`iteration ${String(iterations).padStart(3)}: `)) throw new Error('no ear');
  };
  await expect(finetune({ ...options, iterations: 1000 }, fail)).rejects.toThrow('no ear');
  expect(await iterationOf(dir)).toBeGreaterThanOrEqual(iterations);
  expect(readHistory(dir).at(-1)?.end).toMatchObject({ state: 'failed', why: 'no ear' });
});

it('refuses a folder without a checkpoint, with exit code 1', async () => {
  const { dir, last } = await copied();
  rmSync(last);
  const child = dppo('finetune', '--resume', dir);
  const ended = once(child, 'close');
  await said(child, `dppo: checkpoint ${last}: no such file, wanted that of a run that has begun`);
  expect(await ended).toEqual([1, null]);
});

it('refuses a folder that cannot be made', async () => {
  const given = schema.parse({ ...tiny, backend: tf.getBackend(), runDir: join(main, 'run') });
  await expect(finetune(given, quiet)).rejects.toThrow(
    `The folder ${join(main, 'run')} cannot be written to: ENOTDIR`,
  );
});

it('drops a row of metrics that was cut short, and those after the checkpoint', async () => {
  const { dir, options, iterations } = await copied();
  const file = join(dir, 'metrics.jsonl');
  const before = rows(dir);
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"iteration":${iterations},"train/ra`);
  await finetune(options, quiet);
  expect(rows(dir).slice(0, before.length)).toEqual(before);
  expect(rows(dir).at(-1)).toMatchObject({ iteration: iterations });
});

it('goes on past a line of metrics that cannot be read and a history that cannot, tells both once and keeps no such line', async () => {
  const { dir, options, iterations } = await copied();
  const [file, history] = ['metrics.jsonl', 'history.yaml'].map((name) => join(dir, name));
  const before = rows(dir);
  const [first, ...others] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [first, '\0'.repeat(64), ...others].join('\n'));
  writeFileSync(history, '\0');
  const lines: string[] = [];
  await finetune(options, (line) => lines.push(line));
  expect(lines.filter((line) => line.includes('left out'))).toEqual([
    `${file} line 2: found "${String.raw`\u0000`.repeat(20)}"… (64 characters), wanted an object of JSON; left out`,
  ]);
  expect(lines.filter((line) => line.startsWith(`${history}: found no history of a run`))).toHaveLength(1);
  expect(rows(dir).slice(0, before.length)).toEqual(before);
  expect(rows(dir).at(-1)).toMatchObject({ iteration: iterations });
});

it.skipIf(!existsSync('/dev/full'))('keeps what was saved where the disk is full', async () => {
  const { dir, last, options } = await copied();
  const before = readFileSync(last);
  const metrics = join(dir, 'metrics.jsonl');
  const fill = (line: string): void => {
    if (!line.startsWith('run folder')) return;
    rmSync(metrics);
    symlinkSync('/dev/full', metrics);
  };
  await expect(finetune(options, fill)).rejects.toThrow(
    `${metrics} could not be written: ENOSPC: no space left on device, write; what was saved before is whole`,
  );
  expect(readFileSync(last).equals(before)).toBe(true);
});
