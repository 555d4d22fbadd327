import { childSeed } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAgent, smallEnv, smallOptions } from '../../test/small.ts';
import { ppo } from '../ppo/ppo.ts';
import type { PpoState } from '../ppo/state.ts';
import { train, type TrainOptions } from '../train.ts';
import { type Collector, collector } from './collector.ts';
import { together } from './together.ts';

const algorithm = ppo(smallAgent(), { ...smallOptions, actorLr: () => 1e-2 });
const plan: TrainOptions<PpoState> = { seed: 3, steps: 8 };

/** Five environments in shards of one and two, as `shards: 3` divides them, each in a place of its own. */
const places = (): Collector<PpoState> =>
  together(
    [1, 2, 2].map((count, shard) =>
      collector(algorithm, smallEnv(count), { first: { environment: [0, 1, 3][shard], shard } }),
    ),
  );

/** What some iterations lead to. */
async function iterations(env: Parameters<typeof train<PpoState>>[1], count: number, given: object = {}) {
  const training = train(algorithm, env, { ...plan, ...given });
  const all = [];
  for (let i = 0; i < count; i++) {
    const { rollout, standing, metrics, state } = (await training.next()).value;
    const weights = Object.values({ ...state.actor, ...state.critic }).map((weight) =>
      weight.dataSync().slice(),
    );
    all.push({ rollout, standing, metrics, weights });
  }
  return all;
}

it('gives from three places the bits of three shards in one', async () => {
  const one = await iterations(smallEnv(5), 3, { shards: 3 });
  expect(await iterations(places(), 3)).toEqual(one);
  expect((await iterations(smallEnv(5), 1))[0].weights).not.toEqual(one[0].weights);
});

it('goes on from where others stood, in places that know nothing of it', async () => {
  const [first, second] = await iterations(smallEnv(5), 2, { shards: 3 });
  const start = await after(1);
  const { standing } = structuredClone(first);
  const [again] = await iterations(places(), 1, { start, standing });
  expect(again).toEqual(second);
});

/** The state after so many iterations. */
async function after(count: number): Promise<PpoState> {
  const training = train(algorithm, smallEnv(5), { ...plan, shards: 3 });
  let { state } = (await training.next()).value;
  while (state.iteration < count) ({ state } = (await training.next()).value);
  return state;
}

it('keeps the order of episodes that ended side by side', async () => {
  const [{ rollout }] = await iterations(places(), 1);
  const [{ rollout: whole }] = await iterations(smallEnv(5), 1, { shards: 3 });
  expect(rollout.episodes.length).toBeGreaterThan(5);
  expect(rollout.episodes).toEqual(whole.episodes);
});

/** Of the first episode of environment n. */
const startSeed = (n: number): number => childSeed(plan.seed, 'start', 0, n);

it('begins in each place with the seeds of its environments', async () => {
  const seeds: unknown[] = [];
  const watched = [0, 2].map((environment, shard) => {
    const env = smallEnv(2);
    const reset: typeof env.reset = (given) => (seeds.push(given), env.reset(given));
    return collector(algorithm, { ...env, reset }, { first: { environment, shard } });
  });
  await iterations(together(watched), 1);
  expect(seeds).toEqual([
    [startSeed(0), startSeed(1)],
    [startSeed(2), startSeed(3)],
  ]);
});

it('refuses no collectors, and shards of others than its own', async () => {
  expect(() => together([])).toThrow(new RangeError('together: got no collectors, wanted at least 1'));
  const tensors = tf.memory().numTensors;
  await expect(iterations(places(), 1, { shards: 2 })).rejects.toThrow(
    new RangeError('train: shards is 2, wanted none beside a collector, which has its own'),
  );
  expect(tf.memory().numTensors).toBe(tensors);
});
