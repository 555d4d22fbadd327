import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';

import { type Moody, moody } from '../../test/mlflow/moody.ts';
import { type MlflowServer, startMlflow } from '../../test/mlflow/server.ts';
import { smallRun } from '../../test/small-run.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { settled } from '../finetune/starting-spec.ts';
import { openRun } from '../open-run.ts';
import { rowsOf } from '../runs/metrics-file.ts';
import type { OpenLogger } from './logger.ts';
import { mlflow } from './mlflow.ts';
import { namedLoggers } from './named-loggers.ts';

let server: MlflowServer;
let before: Moody;

beforeAll(async () => {
  server = await startMlflow();
  before = await moody(server.url);
});

afterAll(async () => {
  await before.stop();
  await server.stop();
});

afterEach(() => {
  before.mood = 'passes on';
  vi.unstubAllEnvs();
});

const newDir = (): string => join(mkdtempSync(join(tmpdir(), 'mlflow-')), 'run');
const start = { iteration: 0, envSteps: 0 };

/** The only run of an experiment. */
async function runOf(experiment: string) {
  const { experiment: found } = await server.get(`experiments/get-by-name?experiment_name=${experiment}`);
  const { runs } = await server.post('runs/search', { experiment_ids: [found.experiment_id] });
  expect(runs).toHaveLength(1);
  const [{ info, data }] = runs;
  return { info, data, id: info.run_id };
}

/** All values of a metric with their steps, by step. */
async function historyOf(run: string, key: string): Promise<[step: number, value: unknown][]> {
  const { metrics = [] } = await server.get(`metrics/get-history?run_id=${run}&metric_key=${key}`);
  const values = metrics.map(({ step = 0, value }): [number, unknown] => [step, value]);
  return values.toSorted(([one], [other]) => one - other);
}

/** The steps of values by steps. */
function stepsOf(all: readonly (readonly [step: number, value: unknown])[]): number[] {
  return [...new Set(all.map(([step]) => step))];
}

/** What is said of a server before a training. */
function at(url: string): Promise<unknown> {
  return namedLoggers([`mlflow:${url}`]);
}

/** An open run of a loop of one's own, which logs a loss at each of some iterations. */
async function loop(dir: string, loggers: OpenLogger[], losses: Record<number, number>) {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const run = await openRun(dir, { config: { sizes: { hidden: [8, 8] } }, start, say, loggers });
  for (const [i, loss] of Object.entries(losses)) {
    const iteration = Number(i);
    await run.log({ iteration, envSteps: 10 * iteration }, { loss });
  }
  return { run, said };
}

it('keeps the rows of a fine-tuning to the bit, its options, its end and its files', async () => {
  const runDir = newDir();
  const asked = {
    ...smallRun,
    backend: 'cpu',
    iterations: 2,
    runDir,
    logger: [`mlflow:${before.url}#small`],
  };
  vi.stubEnv('MLFLOW_TRACKING_TOKEN', 'secret');
  const { options } = await settled(finetuneOptions.parse(asked));
  const said: string[] = [];
  await finetune(options, (line) => said.push(line));

  const { id, info, data } = await runOf('small');
  expect(said).toContain(
    `logger mlflow:${before.url}: ${before.url}/#/experiments/${info.experiment_id}/runs/${id}`,
  );
  const recorded: Record<string, [number, number][]> = {};
  for (const { iteration: _, ...row } of rowsOf(join(runDir, 'metrics.jsonl')))
    for (const [name, value] of Object.entries(row) as [string, number | null][])
      if (value !== null) (recorded[name] ??= []).push([Number(row['time/env_steps']), value]);
  expect(Object.keys(recorded).length).toBeGreaterThan(20);
  for (const [name, values] of Object.entries(recorded)) {
    const bySteps = values.toSorted(([one], [other]) => one - other);
    const kept = (await historyOf(id, name)).filter(([, value]) => typeof value === 'number');
    // Rows of one step that have a number in common have the same, but for the time.
    expect(stepsOf(kept)).toEqual(stepsOf(bySteps));
    expect(bySteps).toEqual(expect.arrayContaining(kept));
    expect(kept).toEqual(expect.arrayContaining(bySteps));
  }

  const params = Object.fromEntries(data.params.map(({ key, value }) => [key, value]));
  expect(params).toMatchObject({ environment: 'hopper', hidden: '[8,8,8]', gamma: '0.99', iterations: '2' });
  expect(info).toMatchObject({ run_name: 'run', status: 'FINISHED' });
  expect(data.tags).toContainEqual({ key: 'ending', value: '2 iterations, as asked' });

  const artifacts = info.artifact_uri.replace(
    'mlflow-artifacts:/',
    `${server.url}/api/2.0/mlflow-artifacts/artifacts/`,
  );
  for (const name of [
    'report.html',
    'learning-curve.svg',
    'best.safetensors',
    'metrics.jsonl',
    'config.yaml',
  ]) {
    const kept = Buffer.from(await (await fetch(`${artifacts}/${name}`)).arrayBuffer());
    expect(kept.equals(readFileSync(join(runDir, name))), name).toBe(true);
  }
  const last = [...rowsOf(join(runDir, 'metrics.jsonl'))].at(-1)?.['time/env_steps'];
  expect(await (await fetch(`${artifacts}/images/film-${String(last)}.gif`)).text()).toMatch(/^GIF89a/);
  expect(new Set(before.authorizations)).toEqual(new Set(['Bearer secret']));
  expect(readFileSync(join(runDir, 'config.yaml'), 'utf8')).not.toContain('secret');
});

it('goes on with the run, and writes no step twice that was computed twice', async () => {
  const dir = newDir();
  const open = mlflow(server.url, { experiment: 'again' });
  const { run } = await loop(dir, [open], { 1: 1, 2: 2 });
  await run.save({ iteration: 2, envSteps: 20 });
  await run.log({ iteration: 3, envSteps: 30 }, { loss: 3 });
  await run.close();
  expect(await runOf('again')).toMatchObject({ info: { status: 'KILLED' } });
  const { run: again } = await loop(dir, [open], { 3: 33, 4: 4 });
  const { id, info, data } = await runOf('again');
  expect(info.status).toBe('RUNNING');
  expect(data.params).toContainEqual({ key: 'sizes.hidden', value: '[8,8]' });
  await again.finish();
  expect(await historyOf(id, 'loss')).toEqual([10, 20, 30, 40].map((step, i) => [step, i + 1]));
  expect(await runOf('again')).toMatchObject({ info: { status: 'FINISHED' } });
});

it('tells of the iterations before that it was not told, where a run goes on', async () => {
  const dir = newDir();
  const { run } = await loop(dir, [], { 1: 1, 2: 2 });
  await run.save({ iteration: 2, envSteps: 20 });
  await run.log({ iteration: 3, envSteps: 30 }, { loss: 3 });
  await run.close();
  const { run: again } = await loop(dir, [mlflow(server.url, { experiment: 'late' })], { 3: 33 });
  await again.finish();
  expect(await historyOf((await runOf('late')).id, 'loss')).toEqual([
    [10, 1],
    [20, 2],
    [30, 33],
  ]);
});

it('keeps NaN; the infinite becomes the largest number where the store has none', async () => {
  const dir = newDir();
  const { run } = await loop(dir, [mlflow(server.url, { experiment: 'wild' })], {
    1: NaN,
    2: Infinity,
    3: -Infinity,
    4: Number.MIN_VALUE,
    5: 0.1 + 0.2,
  });
  await run.log({ iteration: 6, envSteps: 60 }, { '../η (learned)': 6 });
  await run.finish();
  const { id } = await runOf('wild');
  const most = Number.MAX_VALUE;
  expect(await historyOf(id, 'loss')).toEqual([
    [10, 'NaN'],
    [20, most],
    [30, -most],
    [40, Number.MIN_VALUE],
    [50, 0.1 + 0.2],
  ]);
  expect(await historyOf(id, encodeURIComponent('_/η _learned_'))).toEqual([[60, 6]]);
});

it.each(['fails', 'closes', 'hangs', 'refuses'] as const)(
  'trains on where the server %s, and tells it all later, once',
  async (mood) => {
    // The server itself answers in less, but on a machine that does much else.
    if (mood === 'hangs') vi.stubEnv('MLFLOW_HTTP_REQUEST_TIMEOUT', '4');
    const { run, said } = await loop(newDir(), [mlflow(before.url, { experiment: mood })], { 1: 1 });
    before.mood = mood;
    const many = Array.from({ length: 50 }, (_, i) => i + 2);
    for (const i of many) await run.log({ iteration: i, envSteps: i }, { loss: i, other: 2 * i });
    await expect.poll(() => said.join('\n')).toContain('the run goes on');
    before.mood = 'passes on';
    await run.finish();
    const { id } = await runOf(mood);
    expect(await historyOf(id, 'loss')).toEqual(
      [...many.map((i) => [i, i]), [10, 1]].toSorted(([one, a], [other, b]) => one - other || a - b),
    );
    const found = {
      fails: 'answered 500 and "<h1>Internal Server Error</h1>", wanted an answer of MLflow',
      closes: 'other side closed',
      hangs: 'no answer within 4 s',
      refuses:
        'answered 401 (You are not authenticated.) where MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD, name nobody',
    }[mood];
    const name = `logger mlflow:${before.url}`;
    expect(said.slice(1)).toEqual([
      `${name}: ${found}; the run goes on, and it is told again later`,
      `${name}: takes what it is told again`,
    ]);
  },
);

it('sends a row of many numbers in calls of a thousand, and says that a run failed', async () => {
  const values = Object.fromEntries(Array.from({ length: 2500 }, (_, i) => [`many/${i}`, i]));
  const about = { dir: mkdtempSync(join(tmpdir(), 'mlflow-')), name: 'run', config: {}, from: undefined };
  const logger = await mlflow(before.url, { experiment: 'many' })({ ...about, say: () => {} });
  before.asked.length = 0;
  await logger.scalars?.([{ iteration: 1, step: 10, time: Date.now(), values }]);
  expect(before.asked.filter((path) => path.endsWith('/log-batch'))).toHaveLength(3);
  await logger.close?.({ state: 'failed', why: 'disk full' });
  const { info, data } = await runOf('many');
  expect(data.metrics).toHaveLength(2500);
  expect(info.status).toBe('FAILED');
  expect(data.tags).toContainEqual({ key: 'ending', value: 'disk full' });
});

it('leaves out what the server will not take, and goes on', async () => {
  const { run, said } = await loop(newDir(), [mlflow(server.url, { experiment: 'refused' })], {});
  const { id } = await runOf('refused');
  await server.post('runs/delete', { run_id: id });
  await run.log({ iteration: 1, envSteps: 10 }, { loss: 1 });
  await expect.poll(() => said.length).toBeGreaterThan(1);
  await server.post('runs/restore', { run_id: id });
  await run.log({ iteration: 2, envSteps: 20 }, { loss: 2 });
  await run.finish();
  expect(said[1]).toMatch(/^logger mlflow:.*: answered 400: .*active.*; left out$/);
  expect(said.slice(2).join('\n')).toMatch(/takes what it is told again, \d entries are missing/);
  expect(await historyOf(id, 'loss')).toEqual([[20, 2]]);
});

it('refuses to go on as a run that was deleted, and changes nothing', async () => {
  const dir = newDir();
  const open = mlflow(server.url, { experiment: 'deleted' });
  const { run } = await loop(dir, [open], { 1: 1 });
  await run.close();
  const { id } = await runOf('deleted');
  await server.post('runs/delete', { run_id: id });
  const rows = readFileSync(join(dir, 'metrics.jsonl'), 'utf8');
  await expect(loop(dir, [open], {})).rejects.toThrow(
    `logger mlflow:${server.url}: its run ${id} is deleted; without it in ${dir}/mlflow.yaml a new one begins`,
  );
  expect(readFileSync(join(dir, 'metrics.jsonl'), 'utf8')).toBe(rows);
});

it('says before the training what is wrong with a server', async () => {
  const { experiment_id } = await server.post('experiments/create', { name: 'gone' });
  await server.post('experiments/delete', { experiment_id });
  await expect(at(`${server.url}#gone`)).rejects.toThrow(
    `logger mlflow:${server.url}: its experiment gone is deleted, wanted another or that one restored`,
  );
  const stopped = await moody(server.url);
  await stopped.stop();
  await expect(at(stopped.url)).rejects.toThrow(/^logger mlflow:http:\/\/127.0.0.1:\d+: .*ECONNREFUSED/);
  await expect(at(`${server.url}/other`)).rejects.toThrow(
    `logger mlflow:${server.url}/other: answered 404 and "<!doctype html>", wanted an answer of MLflow`,
  );
  before.mood = 'refuses';
  vi.stubEnv('MLFLOW_TRACKING_USERNAME', 'me');
  vi.stubEnv('MLFLOW_TRACKING_PASSWORD', 'wrong');
  await expect(at(before.url)).rejects.toThrow(
    'answered 401 (You are not authenticated.) where MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD, name who asks',
  );
  expect(before.authorizations.at(-1)).toBe(`Basic ${Buffer.from('me:wrong').toString('base64')}`);
});
