import { flowSdeSampler } from '@dppo/diffusion';
import { vectorize, type VecEnv } from '@dppo/env';
import { flowMlp, noiseMlp, valueMlp } from '@dppo/nn';
import { describe, expect, it } from 'vitest';

import { after } from '../../test/after.ts';
import { flowPolicy } from '../policies/flow.ts';
import { flowSdePolicy } from '../policies/flow-sde.ts';
import type { Policy } from '../policies/policy.ts';
import type { ActorCritic } from './actor-critic.ts';

const sizes = { obsDim: 1, actionDim: 1, horizonSteps: 1 };
const network = flowMlp({ ...sizes, timeDim: 4, hidden: [16, 16, 16] });
const start = () => ({ ...sizes, network, frozen: network.init(1), clipMean: 2, clipAction: 2 });

/** Flows of so many steps: their sample of PPO is the whole path, with noise that is learned, or the one step that explores. */
const flows: Readonly<Record<string, (steps: number) => Policy>> = {
  'a flow with learned noise': (steps) => {
    const noise = { network: noiseMlp({ flow: network, steps, hidden: [8] }), min: 0.1, max: 0.4 };
    return flowPolicy({ ...start(), steps, noise });
  },
  'a flow that explores in one step': (steps) =>
    flowSdePolicy({ ...start(), sampler: flowSdeSampler(steps, 0.6) }),
};
const agentOf = (policy: Policy): ActorCritic => ({
  policy,
  critic: valueMlp({ ...sizes, hidden: [8, 8, 8] }),
});

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

describe.each(Object.entries(flows))('%s', (_, make) => {
  it.each([1, 4, 20])('begins %i steps with a ratio of 1', async (steps) => {
    const [{ metrics }] = await after(1, agentOf(make(steps)), { updateEpochs: 1 }, target(8));
    expect(Math.abs(metrics['train/ratio'] - 1)).toBeLessThan(1e-6);
    expect(metrics['train/approx_kl']).toBeCloseTo(0, 6);
  });

  it('has one sample a row', async () => {
    const [{ metrics: whole }] = await after(1, agentOf(make(2)), { updateEpochs: 1 }, target(8));
    expect(whole['train/n_updates']).toBe(1);
    const halved = { updateEpochs: 1, batchSize: 16 };
    const [{ metrics: halves }] = await after(1, agentOf(make(2)), halved, target(8));
    expect(halves['train/n_updates']).toBe(2);
  });

  it('learns what is rewarded', async () => {
    const rates = { actorLr: () => 2e-2, criticLr: () => 1e-2 };
    const options = { ...rates, clipPlossCoef: 0.2, clipPlossCoefBase: 0.2, updateEpochs: 3 };
    const all = await after(6, agentOf(make(2)), options, target(16));
    const rewards = all.map(({ metrics }) => metrics['rollout/ep_rew_mean']);
    expect(rewards[0]).toBeGreaterThan(rewards[5] / 2);
  });

  it('imitates where it is told to, by its distance from the policy before', async () => {
    const agent = agentOf(make(2));
    const options = { bcLossCoeff: 0.1, actorLr: () => 1e-3, updateEpochs: 2 };
    const [{ metrics: second }, { metrics: first }] = await after(2, agent, options, target(8));
    expect(first['train/bc_loss']).toBeGreaterThan(0);
    expect(second['train/bc_loss']).toBeGreaterThan(first['train/bc_loss']);
  });
});

it('hands the numbers of a schedule to acting and to scoring, by finished iterations', async () => {
  const flow = flowPolicy({ ...start(), steps: 2, noise: (iteration) => 0.4 / (iteration + 1) });
  const all = await after(2, agentOf(flow), { updateEpochs: 1 }, target(8));
  for (const [i, { metrics }] of all.toReversed().entries()) {
    expect(Math.abs(metrics['train/ratio'] - 1)).toBeLessThan(1e-6);
    // (½ ln 2πe · 3 + 2 ln σ) / 3.
    expect(metrics['train/entropy']).toBeCloseTo(1.4189385 + (2 * Math.log(0.4 / (i + 1))) / 3, 5);
  }
});
