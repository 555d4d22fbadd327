import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { expect, it } from 'vitest';

import { plotRuns } from './plot-runs.ts';

type Options = Parameters<typeof plotRuns>[1];

/** The folder of a run with these rows of metrics. */
function run(rows: readonly object[], config = ''): string {
  const dir = mkdtempSync(join(tmpdir(), 'curves-'));
  writeFileSync(join(dir, 'metrics.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  if (config !== '') writeFileSync(join(dir, 'config.yaml'), config);
  return dir;
}

/** The picture of runs, its words, and what was said beside it. */
async function drawn(dirs: readonly string[], x?: Options['x'], y?: Options['y']) {
  const out = join(mkdtempSync(join(tmpdir(), 'curves-')), 'curve.svg');
  const said: string[] = [];
  await plotRuns(dirs, { out, x, y }, (line) => said.push(line));
  const svg = readFileSync(out, 'utf8');
  return { svg, words: svg.replaceAll(/<[^>]*>/g, ' '), said };
}

const explored = { iteration: 2, 'time/env_steps': 20, 'rollout/ep_rew_mean': 5 };
const trained = [
  { iteration: 1, 'train/loss': 0.5, 'time/seconds': 7 },
  { iteration: 2, 'train/loss': 0.25, 'time/seconds': 9 },
];

/** An evaluation after an iteration, whose policy was there at so many seconds. */
const evaluated = (iteration: number, mean: number, seconds = 10 * iteration): object[] => [
  { iteration, 'time/env_steps': 100 * iteration, 'time/seconds': seconds },
  { iteration, 'time/env_steps': 100 * iteration, 'time/seconds': seconds + 5, 'eval/mean_reward': mean },
];

it('draws evaluations, of runs without them the return while exploring, and of a pre-training its loss', async () => {
  const pictures = [
    await drawn([run([explored, ...evaluated(2, 7)])]),
    await drawn([run([explored, { ...explored, iteration: 3 }])]),
    await drawn([run(trained)]),
  ];
  expect(pictures[0].words).toContain('Deterministic return');
  expect(pictures[1].words).toContain('Return while exploring');
  expect(pictures[2].words).toMatch(/epoch .*loss .*Loss while pre-training/);
});

/** The points of the first line: x and y by the marks' own words. */
function points(svg: string): string[] {
  const marks = svg.matchAll(/aria-label="([^"]*)"[^>]*aria-roledescription="point"/g);
  return Array.from(marks, ([, label]) => label);
}

it.each([
  ['env-steps', 'environment steps', ['environment steps: 0', 'environment steps: 300']],
  ['seconds', 'time, s', ['time, s: 0', 'time, s: 30']],
  ['iterations', 'iteration', ['iteration: 0', 'iteration: 3']],
] as const)('has %s as its axis', async (x, title, places) => {
  const { svg, words } = await drawn([run([...evaluated(0, 1, 4), ...evaluated(3, 2)])], x);
  expect(words).toContain(title);
  expect(points(svg).map((label) => label.split(';')[0])).toEqual(places);
});

it('draws a pre-training against time, and nothing against steps that it does not have', async () => {
  expect((await drawn([run(trained)], 'seconds')).words).toContain('time, s');
  const dir = run(trained);
  await expect(drawn([dir], 'env-steps')).rejects.toThrow(
    `plot: nothing to draw against env-steps in ${basename(dir)}`,
  );
});

/** A run of a seed whose evaluations are so much. */
const seeded = (seed: number, gamma: number, means: readonly number[]): string =>
  run(
    means.flatMap((mean, i) => evaluated(5 * i, mean)),
    `environment: hopper\nseed: ${seed}\ngamma: ${gamma}\n`,
  );

it('draws runs that differ in their seeds alone as their mean, in a band', async () => {
  const runs = [seeded(0, 0.9, [1, 5]), seeded(1, 0.9, [3, 6]), seeded(0, 0.5, [2, 2])];
  const { svg, words, said } = await drawn(runs, 'iterations');
  expect(svg.match(/aria-roledescription="line mark"/g)).toHaveLength(2);
  expect(svg.match(/aria-roledescription="area mark"/g)).toHaveLength(1);
  expect(points(svg)).toEqual([
    'iteration: 0; mean return: 2; name: gamma 0.9',
    'iteration: 5; mean return: 5.5; name: gamma 0.9',
    'iteration: 0; mean return: 2; name: gamma 0.5',
    'iteration: 5; mean return: 2; name: gamma 0.5',
  ]);
  expect(words).toContain('lines: means over 2 seeds; shaded: their 95 % intervals by bootstrap');
  expect(said).toEqual([]);
  expect((await drawn(runs, 'iterations')).svg).toBe(svg);
});

it('says of lines of unlike many seeds how many, and what is at no common iteration', async () => {
  const runs = [
    ...[0, 1, 2].map((seed) => seeded(seed, 0.9, [1, seed, 3])),
    ...[0, 1].map((seed) => seeded(seed, 0.5, seed === 0 ? [1, 2, 3] : [1, 2])),
  ];
  const { words, said } = await drawn(runs);
  for (const text of ['means over 2 or 3 seeds', 'gamma 0.9 (3 seeds)', 'gamma 0.5 (2 seeds)'])
    expect(words).toContain(text);
  expect(said).toEqual([
    `${basename(runs[3])}: iterations 10 are not in all runs of its line; left out of the mean`,
  ]);
});

it('draws one by one what has no iteration in common, and leaves out what has nothing, with a word', async () => {
  const config = 'gamma: 1\nseed: ';
  const runs = [
    run(evaluated(1, 1), `${config}0\n`),
    run(evaluated(2, 2), `${config}1\n`),
    run([], `${config}2\n`),
  ];
  const { svg, said } = await drawn(runs);
  expect(svg.match(/aria-roledescription="line mark"/g)).toHaveLength(2);
  const [one, other, empty] = runs.map((dir) => basename(dir));
  expect(said).toEqual([
    `${empty}: has nothing of "Deterministic return while fine-tuning"; left out`,
    `${one}, ${other}: have no iteration in common; drawn one by one`,
  ]);
});

it('draws the success of one run with its interval, where that is asked for, and says where there is none', async () => {
  const success = { 'eval/mean_reward': 7, 'eval/success_rate': 1, 'eval/episodes': 4 };
  const one = run([...evaluated(1, 1), { iteration: 2, 'time/env_steps': 200, ...success }]);
  const { svg, words } = await drawn([one], 'iterations', 'success');
  expect(svg.match(/aria-roledescription="area mark"/g)).toHaveLength(1);
  expect(words).toContain('shaded: 95 % intervals by Wilson');
  expect(points(svg)).toEqual([`iteration: 2; share of episodes: 1; name: ${basename(one)}`]);
  await expect(drawn([one], undefined, 'progress')).rejects.toThrow(
    `plot: nothing to draw of progress in ${basename(one)}`,
  );
});
