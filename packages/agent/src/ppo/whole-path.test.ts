import { chainLogProbs, type Denoise, flowSampler, sample, sampleChain } from '@dppo/diffusion';
import { vectorize, type VecEnv } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { after } from '../../test/after.ts';
import type { Observation, Policy } from '../policies/policy.ts';
import type { ActorCritic } from './learner.ts';

const sizes = { obsDim: 1, actionDim: 1, horizonSteps: 1 };
const network = denoiserMlp({ ...sizes, timeDim: 4, hidden: [16, 16, 16] });
const [exploring, quiet] = [flowSampler(2, 0.3), flowSampler(2, 0)];

const velocity = (params: tf.NamedTensorMap, obs: Observation): Denoise =>
  network.apply(params, { state: obs.state.as3D(-1, 1, 1) });
const total = (logProbs: tf.Tensor4D): tf.Tensor1D => logProbs.sum([1, 2, 3]);

/** A rectified flow of two noisy steps whose sample, and ratio, is of the whole path. */
const flow: Policy = {
  ...sizes,
  states: 3,
  window: 3,
  draws: 3,
  init: (seed) => network.init(seed),
  act: (params, obs, noise) => {
    const [start, ...rest] = noise.unstack<tf.Tensor3D>();
    const drawn = sampleChain(exploring, velocity(params, obs), start, () => rest.shift() ?? start);
    return { states: drawn.chain, logProb: total(drawn.logProbs).expandDims(1) };
  },
  best: (params, obs, noise) =>
    sample(quiet, velocity(params, obs), noise.slice(0, 1).squeeze<tf.Tensor3D>([0])),
  logProb: (params, obs, { states }) => ({
    logProb: total(chainLogProbs(exploring, velocity(params, obs), states)),
    entropy: tf.scalar(1),
  }),
};
const agent: ActorCritic = { policy: flow, critic: valueMlp({ ...sizes, hidden: [8, 8, 8] }) };

/** Episodes of one step, whose reward is the larger the nearer the action is to 1. */
function target(count: number): VecEnv {
  return vectorize(
    () => ({
      obsShape: [1, 1],
      actionShape: [1, 1],
      reset: () => new Float32Array(1),
      step: ([action]) => ({
        obs: new Float32Array(1),
        reward: -Math.abs(action - 1),
        terminated: true,
        truncated: false,
      }),
    }),
    count,
  );
}

it('begins with a ratio of 1, and has one sample a row', async () => {
  const [{ metrics }] = await after(1, agent, { updateEpochs: 1 }, target(8));
  expect(metrics['train/ratio']).toBeCloseTo(1, 6);
  expect(metrics['train/approx_kl']).toBeCloseTo(0, 6);
  expect(metrics['train/n_updates']).toBe(1);
  const [{ metrics: halves }] = await after(1, agent, { updateEpochs: 1, batchSize: 16 }, target(8));
  expect(halves['train/n_updates']).toBe(2);
});

it('learns what is rewarded', async () => {
  const options = { actorLr: () => 1e-2, criticLr: () => 1e-2, clipPlossCoef: 0.2, clipPlossCoefBase: 0.2 };
  const all = await after(8, agent, options, target(16));
  const rewards = all.map(({ metrics }) => metrics['rollout/ep_rew_mean']);
  expect(rewards[0]).toBeGreaterThan(rewards[7] / 2);
});
