import { gaussianMlp } from '@dppo/nn';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { after } from '../../test/after.ts';
import { smallAgent, smallEnv, smallOptions } from '../../test/small.ts';
import { gaussianPolicy } from '../policies/gaussian.ts';
import type { Policy } from '../policies/policy.ts';
import { seeded } from '../randomness.ts';
import { train } from '../train.ts';
import { ppo } from './ppo.ts';

/** Three paths of four states of two numbers. */
const paths = () => tf.range(0, 3 * 4 * 2).reshape<tf.Tensor4D>([3, 4, 2, 1]);
const obs = { 'obs.state': { shape: [1, 2], data: new Float32Array(6) } };

it('starts actor and critic otherwise, also where they are of one shape', () => {
  const { policy, critic } = smallAgent();
  const { actor, critic: values } = ppo(
    { policy: { ...policy, init: (seed) => critic.init(seed) }, critic },
    {},
  ).init(3);
  for (const [name, weight] of Object.entries(values)) expect(actor[name]).not.toBeAllclose(weight);
});

describe('act', () => {
  it('passes on standard normal noise as it was drawn, and acts with the last state of each path', () => {
    const noises: tf.Tensor4D[] = [];
    const { policy, critic } = smallAgent();
    const act: Policy['act'] = (_params, _obs, noise) => {
      noises.push(tf.keep(noise.clone()));
      return { states: paths(), logProb: tf.range(0, 9).reshape([3, 3]) };
    };
    const algorithm = ppo({ policy: { ...policy, act }, critic }, smallOptions);
    const acted = algorithm.act(algorithm.init(0), obs, seeded(5, 'act', 6));
    expect(noises[0].shape).toEqual([policy.draws, 3, 2, 1]);
    expect(noises[0]).toBeAllclose(seeded(5, 'act', 6).normal(policy.draws * 3 * 2), { atol: 0, rtol: 0 });
    expect(acted.action).toEqual({ shape: [2, 1], data: Float32Array.of(6, 7, 14, 15, 22, 23) });
    expect(acted['states'].shape).toEqual([4, 2, 1]);
    expect(acted['states'].data).toBeAllclose(paths());
    expect(acted['logProb'].shape).toEqual([3]);
  });

  it('leaves no tensor', () => {
    const algorithm = ppo(smallAgent(), smallOptions);
    const state = algorithm.init(0);
    expect(() => {
      algorithm.act(state, obs, seeded(1, 1));
      return [];
    }).toKeepOnlyItsResult();
  });
});

it('draws the noise of the paths to imitate as the policy takes it, standard normal', async () => {
  const shapes: number[][] = [];
  const agent = smallAgent();
  const cloningLoss: Policy['cloningLoss'] = (_params, _obs, noise) => {
    shapes.push(noise.shape);
    return noise.square().mean();
  };
  const policy = { ...agent.policy, cloningLoss };
  const options = { ...smallOptions, updateEpochs: 1, bcLossCoeff: 1, microBatchSize: 30 };
  const [{ metrics }] = await after(1, { ...agent, policy }, options, smallEnv());
  // Five steps and a start, for 36 samples in parts of at most 30.
  expect(shapes).toEqual([
    [6, 30, 2, 1],
    [6, 6, 2, 1],
  ]);
  // The variance of 432 numbers, which has a deviation of √(2/432) = 0.07.
  expect(Math.abs(metrics['train/bc_loss'] - 1)).toBeLessThan(0.2);
});

it('refuses to imitate where there is nothing before the policy', () => {
  const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 1 };
  const policy = gaussianPolicy({ ...sizes, network: gaussianMlp({ ...sizes, hidden: [4], fixedStd: 0.1 }) });
  expect(() => ppo({ ...smallAgent(), policy }, { bcLossCoeff: 0.1 })).toThrow(
    new RangeError('ppo: bcLossCoeff is 0.1, wanted 0: the policy has none before it to imitate'),
  );
});

it('counts iterations and environment steps', async () => {
  const counters: number[][] = [];
  for await (const { state } of train(ppo(smallAgent(), smallOptions), smallEnv(), { seed: 2, steps: 4 })) {
    counters.push([state.iteration, state.envSteps]);
    if (state.iteration === 2) break;
  }
  // Four chunks of two steps in three environments each.
  expect(counters).toEqual([
    [1, 24],
    [2, 48],
  ]);
});
