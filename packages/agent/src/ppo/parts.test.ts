import { cosineSchedule, ddimSampler, ddimTimes } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import { denoiserMlp, etaFixed, valueMlp } from '@dppo/nn';
import { adamw, partition } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { after, numbersOf } from '../../test/after.ts';
import { smallEnv, smallOptions } from '../../test/small.ts';
import { diffusionPolicy } from '../policies/diffusion.ts';
import type { DppoOptions } from './options.ts';
import type { ActorCritic } from './actor-critic.ts';

/** A network and a learned η, each with an optimizer of its own. */
function parted(): ActorCritic {
  const sizes = { obsDim: 2, actionDim: 1, horizonSteps: 2 };
  const network = denoiserMlp({ ...sizes, timeDim: 4, hidden: [8, 8, 8] });
  const times = ddimTimes(cosineSchedule(10), 3);
  const sampler = { eta: etaFixed(), of: (eta: number | tf.Tensor) => ddimSampler(times, eta) };
  return {
    policy: diffusionPolicy({ ...sizes, network, frozen: network.init(1), sampler }),
    critic: valueMlp({ ...sizes, hidden: [8, 8, 8] }),
    actorOptimizer: partition({ network: adamw(), eta: adamw() }, (name) =>
      name.startsWith('eta.') ? 'eta' : 'network',
    ),
  };
}

it.each([
  [{ network: 1e-3, eta: 0 }, true, false],
  [{ network: 0, eta: 1e-2 }, false, true],
  [{ eta: 1e-2 }, false, true],
  [{ network: 1e-3, eta: 1e-2 }, true, true],
])('learns each part of an actor at its own rate, %o', async (rates, networkMoves, etaMoves) => {
  const agent = parted();
  const before = numbersOf(agent.policy.init(2));
  const [{ actor, metrics }] = await after(1, agent, { ...smallOptions, actorLr: () => rates }, smallEnv());
  expect(Object.keys(actor)).toEqual(Object.keys(before));
  const moves = (name: string) => actor[name].some((value, i) => value !== before[name][i]);
  const network = Object.keys(before).filter((name) => !name.startsWith('eta.'));
  expect([network.some(moves), moves('eta.eta_logit')]).toEqual([networkMoves, etaMoves]);
  const { 'train/critic_lr': _, ...others } = metrics;
  const reported = Object.entries(others).filter(([name]) => name.endsWith('_lr'));
  expect(reported).toEqual(Object.entries(rates).map(([part, rate]) => [`train/${part}_lr`, rate]));
});

it('refuses one rate for all parts', async () => {
  await expect(after(1, parted(), smallOptions, smallEnv())).rejects.toThrow(
    'partition: got one learning rate',
  );
});

it('raises the rates of all parts together where the actor hardly moves', async () => {
  const options = { ...smallOptions, desiredKl: 1e3, actorLr: () => ({ network: 1e-5, eta: 1e-6 }) };
  const [{ metrics }] = await after(2, parted(), options, smallEnv());
  expect(metrics['train/network_lr']).toBeGreaterThan(2e-5);
  expect(metrics['train/eta_lr']).toBeCloseTo(metrics['train/network_lr'] / 10, 12);
});

it('learns the same compiled, with minibatches in parts and the frozen policy imitated', async () => {
  const options: DppoOptions = {
    ...smallOptions,
    bcLossCoeff: 0.1,
    entCoef: 0.1,
    microBatchSize: 20,
    maxGradNorm: 1,
    actorLr: () => ({ network: 1e-3, eta: 1e-2 }),
  };
  const [wanted] = await after(2, parted(), options, smallEnv());
  const [compiled] = await after(2, { ...parted(), compile }, options, smallEnv());
  // A graph adds in another order, and Adam divides gradients by their size.
  for (const [name, weight] of Object.entries(wanted.actor)) {
    expect(compiled.actor[name], name).toBeAllclose(weight, { atol: 1e-4 });
  }
  expect(compiled.metrics['train/bc_loss']).toBeCloseTo(wanted.metrics['train/bc_loss'], 3);
});
