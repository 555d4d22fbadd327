import type { VecEnv } from '@dppo/env';
import { expect, it } from 'vitest';

import { countingEnv } from '../../test/counting.ts';
import { begin, collect } from './collect.ts';
import { concatRows, type Table } from './table.ts';

/** Chunks of three actions, 10·o + 0, 1, 2, and a note of each row. */
const act = ({ 'obs.state': { data } }: Table) => ({
  action: {
    shape: [3, 1],
    data: Float32Array.from({ length: 6 }, (_, i) => 10 * data[Math.floor(i / 3)] + (i % 3)),
  },
  note: { shape: [], data: Int32Array.from(data, (o) => -o) },
});

it('keeps by hand what was seen, done, reached and begun, row after row', async () => {
  const env = countingEnv();
  const { rollout, standing } = await collect(act, env, await begin(env), { steps: 4 });
  const { table } = rollout;
  // Of two environments each: the first is cut in steps 1 and 3, the second ends in step 2.
  expect([...table['obs.state'].data]).toEqual([0, 0, 1, 1, 0, 2, 1, 0]);
  expect([...table['reached.state'].data]).toEqual([1, 1, 2, 2, 1, 3, 2, 1]);
  expect([...table['reward'].data]).toEqual([1, 1, 2, 2, 1, 3, 2, 1]);
  expect([...table['truncated'].data]).toEqual([0, 0, 1, 0, 0, 0, 1, 0]);
  expect([...table['terminated'].data]).toEqual([0, 0, 0, 0, 0, 1, 0, 0]);
  expect([...table['first'].data]).toEqual([1, 1, 0, 0, 1, 0, 0, 1]);
  expect(table['note']).toEqual({ shape: [], data: Int32Array.of(0, 0, -1, -1, 0, -2, -1, 0) });
  expect(table['obs.state'].shape).toEqual([1, 1]);
  expect([rollout.count, rollout.envSteps]).toEqual([2, 4 * 1 + 4 * 2]);
  // 1 + 2 of two steps; 1 + 2 + 3 of six.
  const [cut, ended] = [
    { return: 3, length: 2 },
    { return: 6, length: 6 },
  ];
  expect(rollout.episodes).toEqual([cut, ended, cut]);
  expect(standing).toEqual({
    obs: { 'obs.state': { shape: [1, 1], data: Float32Array.of(0, 1) } },
    firsts: Uint8Array.of(1, 0),
    returns: Float64Array.of(0, 1),
    lengths: Float64Array.of(0, 2),
  });
});

it('executes of each chunk as many actions as the environments take', async () => {
  const taken: number[][] = [];
  const env = countingEnv((n, action) => taken.push([n, ...action]));
  await collect(act, env, await begin(env), { steps: 2 });
  expect(taken).toEqual([
    [0, 0, 1],
    [1, 0, 1],
    [0, 10, 11],
    [1, 10, 11],
  ]);
});

it('is in two pieces what it is in one, and leaves where it began as it was', async () => {
  const [once, twice] = [countingEnv(), countingEnv()];
  const whole = await collect(act, once, await begin(once), { steps: 5 });
  const start = await begin(twice);
  const before = structuredClone(start);
  const first = await collect(act, twice, start, { steps: 2 });
  const second = await collect(act, twice, first.standing, { steps: 3 });
  expect(start).toEqual(before);
  expect(concatRows([first.rollout.table, second.rollout.table])).toEqual(whole.rollout.table);
  expect([...first.rollout.episodes, ...second.rollout.episodes]).toEqual(whole.rollout.episodes);
  expect(second.standing).toEqual(whole.standing);
});

it('gives observations that stay as they were seen to whoever keeps them', async () => {
  const env = countingEnv();
  const kept: Table[] = [];
  await collect((obs) => (kept.push(obs), act(obs)), env, await begin(env), { steps: 3 });
  expect(kept.map((obs) => Array.from(obs['obs.state'].data))).toEqual([
    [0, 0],
    [1, 1],
    [0, 2],
  ]);
});

it.each([
  ['rewards', 'reward', 1],
  ['reached', 'observation', 1],
] as const)('names the environment and chunk whose %s are not finite', async (buffer, name, n) => {
  const env = countingEnv();
  let chunk = 0;
  const broken: VecEnv = {
    ...env,
    step: async (actions) => {
      const step = await env.step(actions);
      const values = step[buffer].slice();
      if (chunk++ === 2) values[n] = -Infinity;
      return { ...step, [buffer]: values };
    },
  };
  await expect(collect(act, broken, await begin(broken), { steps: 4 })).rejects.toThrow(
    `collect: the ${name} of environment ${n} in chunk 2 is -Infinity, wanted finite numbers`,
  );
});

it('resets the environments once, with the seed that it was given', async () => {
  const env = countingEnv();
  const seeds: (number | readonly number[] | undefined)[] = [];
  await begin({ ...env, reset: (seed) => (seeds.push(seed), env.reset(seed)) }, 7);
  expect(seeds).toEqual([7]);
});
