import type { VecEnv } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAgent, smallEnv, smallOptions } from '../test/small.ts';
import { release } from './learner.ts';
import { train, type TrainOptions } from './train.ts';

const options: TrainOptions = { ...smallOptions, seed: 3, actorLr: () => 1e-2, criticLr: () => 1e-2 };

/** Weights and metrics after some iterations. */
async function trained(iterations: number, env: VecEnv, changed: Partial<TrainOptions> = {}) {
  const { agent, start } = smallAgent();
  for await (const { state, metrics } of train(agent, env, start, { ...options, ...changed })) {
    if (state.iteration < iterations) continue;
    const weights = Object.values({ ...state.actor, ...state.critic }).map((weight) => weight.dataSync());
    release(state);
    return { weights, metrics };
  }
  throw new Error('train ended');
}

it('gives the same run for the same seed, and another for another', async () => {
  const first = await trained(2, smallEnv());
  expect(await trained(2, smallEnv())).toEqual(first);
  expect((await trained(2, smallEnv(), { seed: 4 })).weights).not.toEqual(first.weights);
});

it('does not depend on the size of the micro-batches', async () => {
  const whole = await trained(2, smallEnv());
  const pieces = await trained(2, smallEnv(), { microBatchSize: 7 });
  for (const [i, weight] of whole.weights.entries())
    expect(pieces.weights[i]).toBeAllclose(weight, { atol: 1e-4 });
});

it('leaves the actor alone while only the critic learns', async () => {
  const { start } = smallAgent();
  const before = Object.values({ ...start.actor, ...start.critic }).map((weight) => weight.dataSync());
  const { weights } = await trained(1, smallEnv(), { nCriticWarmupItr: 1 });
  const actor = Object.keys(start.actor).length;
  expect(weights.slice(0, actor)).toEqual(before.slice(0, actor));
  expect(weights.slice(actor)).not.toEqual(before.slice(actor));
});

it('counts every episode once, with all its steps', async () => {
  const { metrics } = await trained(3, smallEnv());
  expect(metrics['rollout/episodes']).toBe(9); // after chunks 18, 21 and 24 of each of three environments
  expect(metrics['rollout/ep_len_mean']).toBe(6);
  expect(metrics['time/env_steps']).toBe(3 * 8 * 3 * 2);
});

it('holds as many tensors after the third iteration as after the second', async () => {
  const { agent, start } = smallAgent();
  const counts: number[] = [];
  for await (const { state } of train(agent, smallEnv(), start, options)) {
    counts.push(tf.memory().numTensors);
    if (state.iteration === 4) break;
  }
  expect(counts[2]).toBe(counts[1]);
  expect(counts[3]).toBe(counts[1]);
});

it('ends an update after the first minibatch whose KL is above the target', async () => {
  const { metrics } = await trained(1, smallEnv(), { targetKl: -1 });
  expect(metrics['train/n_updates']).toBe(1);
});

it('refuses a reward that is not a number', async () => {
  const env = smallEnv();
  const broken: VecEnv = {
    ...env,
    step: async (actions) => ({ ...(await env.step(actions)), rewards: new Float32Array(3).fill(NaN) }),
  };
  await expect(trained(1, broken)).rejects.toThrow('scaleRewards: reward 0 is NaN, wanted a finite number');
});

it('names the term that is not finite and keeps the parameters', async () => {
  const { agent, start } = smallAgent();
  const before = Object.values(start.actor).map((weight) => weight.dataSync().slice());
  const broken = {
    ...agent,
    policy: {
      ...agent.policy,
      evaluate: (...inputs: Parameters<typeof agent.policy.evaluate>) => {
        const { logProbs, entropy } = agent.policy.evaluate(...inputs);
        return { logProbs: logProbs.mul<tf.Tensor3D>(NaN), entropy };
      },
    },
  };
  await expect(train(broken, smallEnv(), start, options).next()).rejects.toThrow(
    'is NaN, expected a finite number',
  );
  expect(Object.values(start.actor).map((weight) => weight.dataSync())).toEqual(before);
});
