import { mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { diffusionPolicy, evaluate, ppo, train } from '@dppo/agent';
import { cosineSchedule, ddpmSteps, tableSampler } from '@dppo/diffusion';
import { multiStep, pointMass, timeLimit, vectorize } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { flatten } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';

import { openRun, type RunConfig } from './open-run.ts';
import { plotRuns } from './pictures/plot-runs.ts';
import { serveDashboard } from './report/dashboard.ts';
import { compare } from './runs/compare.ts';
import { evaluationMetrics } from './runs/evaluation.ts';
import { readRun } from './runs/recorded-run.ts';
import { writeState } from './runs/saved-state.ts';

const newDir = (): string => join(mkdtempSync(join(tmpdir(), 'open-run-')), 'run');

/** PPO on a point mass. */
function small(hidden = 8) {
  const env = vectorize(() => multiStep(timeLimit(pointMass(), 20), { actSteps: 2 }), 2);
  const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 2, hidden: [hidden, hidden, hidden] };
  const network = denoiserMlp(sizes);
  const sampler = tableSampler(ddpmSteps(cosineSchedule(3)));
  const policy = diffusionPolicy({ ...sizes, network, frozen: network.init(1), sampler });
  return {
    env,
    policy,
    algorithm: ppo({ policy, critic: valueMlp(sizes) }, { updateEpochs: 1, batchSize: 20 }),
  };
}

const config: RunConfig = { environment: 'point-mass', seed: 3, iterations: 4, sizes: { hidden: [8, 8, 8] } };

/** A user's loop: saves at every other iteration, and is gone after `until` without a word. */
async function loop(dir: string, until: number) {
  const { env, policy, algorithm } = small();
  const run = await openRun(dir, { config, start: algorithm.init(3) });
  const training = train(algorithm, env, { seed: 3, steps: 5, start: run.start, resetEvery: 2 });
  let state = run.start;
  while (state.iteration < until) {
    const iterated = (await training.next()).value;
    state = iterated.state;
    const episodes = await evaluate(policy, state.actor, env, { seed: 9 });
    await run.log(state, { ...iterated.metrics, ...evaluationMetrics(episodes) });
    if (state.iteration % 2 === 0) await run.save(state);
  }
  if (until < 4) await run.close();
  return { run, state };
}

/** What a run measured, without what the clock says. */
const rowsOf = (dir: string): object[] =>
  readRun(dir).rows.map((row) => Object.assign({}, row, { 'time/seconds': 0, 'time/cpu_seconds': 0 }));

/** Every file of a folder with its bytes. */
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'base64')]));

const whole = { dir: newDir(), values: [] as unknown[] };

beforeAll(async () => {
  const { run, state } = await loop(whole.dir, 4);
  await run.finish();
  const { tensors, rest } = flatten(state);
  whole.values = [rest, ...Object.values(tensors).map((tensor) => tensor.dataSync())];
});

it.each([1, 2, 3])('gives the run that never stopped, where it was lost after iteration %d', async (lost) => {
  const dir = newDir();
  await loop(dir, lost);
  const { state } = await loop(dir, 4);
  expect(rowsOf(dir)).toEqual(rowsOf(whole.dir));
  const { tensors, rest } = flatten(state);
  expect([rest, ...Object.values(tensors).map((tensor) => tensor.dataSync())]).toEqual(whole.values);
  expect(readRun(dir).history).toHaveLength(2);
});

it('counts time on from what was saved, by the clock and of processors', async () => {
  const dir = newDir();
  await loop(dir, 2);
  const { algorithm } = small();
  await writeState(join(dir, 'state.safetensors'), algorithm.init(3), {
    seconds: 5000,
    cpuSeconds: 7000,
    backend: tf.getBackend(),
  });
  const run = await openRun(dir, { config, start: small().algorithm.init(3) });
  await run.log(run.start, {});
  await run.close();
  const [row] = readRun(dir).rows;
  expect(row['time/seconds']).toBeGreaterThan(5000);
  expect(row['time/cpu_seconds']).toBeGreaterThan(7000);
});

it('leaves a folder that report, plot, compare and the dashboard take', async () => {
  expect(readdirSync(whole.dir).toSorted()).toEqual([
    'config.yaml',
    expect.stringMatching(/^events\.out\.tfevents\.\d+\.dppo$/),
    'history.yaml',
    'learning-curve.svg',
    'metrics.jsonl',
    'report.html',
    'state.safetensors',
  ]);
  expect(readFileSync(join(whole.dir, 'report.html'), 'utf8')).toContain('finished: 4 iterations');
  const { config: kept, evaluations } = readRun(whole.dir);
  expect(kept).toEqual(config);
  expect(evaluations.map(({ iteration, episodes }) => [iteration, episodes])).toEqual(
    [1, 2, 3, 4].map((iteration) => [iteration, 2]),
  );
  const said: string[] = [];
  compare([whole.dir], (line) => said.push(line));
  expect(said[0]).toMatch(/^best return +-?\d/m);
  const picture = join(newDir(), '..', 'curve.svg');
  await plotRuns([whole.dir], { out: picture }, () => {});
  expect(readFileSync(picture, 'utf8')).toContain('point-mass, seed 3');
  const dashboard = await serveDashboard(whole.dir);
  const page = await (await fetch(dashboard.url)).text();
  await dashboard.close();
  expect(page).toContain('finished: 4 iterations');
  await expect(serveDashboard(join(whole.dir, '..'))).rejects.toThrow('wanted the folder of a run');
});

it('begins anew in the folder of a run of which nothing was saved', async () => {
  const dir = newDir();
  const { algorithm } = small();
  const lost = await openRun(dir, { config, start: algorithm.init(3) });
  await lost.log({ iteration: 0, envSteps: 0 }, { loss: 5 });
  await lost.close();
  const again = await openRun(dir, { config, start: algorithm.init(3) });
  expect(again.start.iteration).toBe(0);
  expect(rowsOf(dir)).toEqual([]);
});

it('lets iterations and minutes change, and nothing else', async () => {
  const dir = newDir();
  await loop(dir, 2);
  const longer = { ...config, iterations: 9, maxMinutes: 5 };
  const again = await openRun(dir, { config: longer, start: small().algorithm.init(3) });
  await again.close();
  expect(again.start.iteration).toBe(2);
  expect(readRun(dir).config).toEqual(longer);
  const before = contents(dir);
  const file = join(dir, 'config.yaml');
  for (const [other, found] of [
    [{ ...longer, seed: 4 }, 'seed: found 4, wanted 3'],
    [{ ...longer, more: true }, 'more: found true, wanted nothing'],
    [{ seed: 3, environment: 'point-mass' }, 'sizes: found nothing, wanted {"hidden":[8,8,8]}'],
  ] as const) {
    await expect(openRun(dir, { config: other, start: small().algorithm.init(3) })).rejects.toThrow(
      `openRun: ${file}: ${found}, which the run began with; another run needs another folder`,
    );
  }
  expect(contents(dir)).toEqual(before);
});

it('refuses a state of another form and a damaged one, names the file, and touches nothing', async () => {
  const dir = newDir();
  await loop(dir, 2);
  const file = join(dir, 'state.safetensors');
  const before = contents(dir);
  const other = small(9).algorithm.init(3);
  const tensors = tf.memory().numTensors;
  await expect(openRun(dir, { config, start: other })).rejects.toThrow(
    new RegExp(`^checkpoint ${file}: unflatten: actor\\.\\S+ is \\[.*\\], wanted \\[.*\\]$`),
  );
  expect(tf.memory().numTensors).toBeLessThan(tensors);
  expect(contents(dir)).toEqual(before);
  truncateSync(file, 1000);
  await expect(openRun(dir, { config, start: small().algorithm.init(3) })).rejects.toThrow(
    `readTensors: ${file}`,
  );
});

it('refuses a folder with other files, and a config that is none', async () => {
  const dir = join(newDir(), '..');
  const { algorithm } = small();
  writeFileSync(join(dir, 'notes.txt'), 'mine');
  await expect(openRun(dir, { config, start: algorithm.init(3) })).rejects.toThrow(
    `The folder ${dir} is not empty (1 files, such as notes.txt). Nothing is overwritten`,
  );
  const start = algorithm.init(3);
  for (const wrong of [{ seed: NaN }, { rate: Infinity }]) {
    const empty = newDir();
    await expect(openRun(empty, { config: wrong, start })).rejects.toThrow(/^openRun: config: /);
  }
});

it('says which metrics and history it cannot read, and goes on', async () => {
  const dir = newDir();
  await loop(dir, 2);
  const file = join(dir, 'metrics.jsonl');
  writeFileSync(file, `\0\n${readFileSync(file, 'utf8')}`);
  writeFileSync(join(dir, 'history.yaml'), '\0');
  const said: string[] = [];
  await openRun(dir, { config, start: small().algorithm.init(3), say: (line) => said.push(line) });
  expect(said).toEqual([
    expect.stringContaining('history.yaml: found no history of a run'),
    `${file} line 1: found "\\u0000", wanted an object of JSON; left out`,
  ]);
  expect(rowsOf(dir)).toEqual(rowsOf(whole.dir).slice(0, 2));
});

it('makes metrics of an evaluation of at least one episode', () => {
  const episodes = [1, 3].map((value) => ({ return: value, length: 4 }));
  expect(evaluationMetrics(episodes)).toEqual({
    'eval/mean_reward': 2,
    'eval/std_reward': 1,
    'eval/mean_ep_length': 4,
    'eval/episodes': 2,
  });
  expect(() => evaluationMetrics([])).toThrow(
    new RangeError('evaluationMetrics: no episodes, wanted at least one'),
  );
});
