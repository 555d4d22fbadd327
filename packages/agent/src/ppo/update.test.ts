import { adamw, clipByGlobalNorm, type LearningRate, type Optimizer } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAgent, smallEnv, smallOptions } from '../../test/small.ts';
import { train } from '../train.ts';
import type { DppoOptions } from './options.ts';
import { ppo } from './ppo.ts';

interface Step {
  readonly norm: number;
  readonly rate: number;
}

function numberOf(rate: LearningRate): number {
  return rate instanceof tf.Tensor ? rate.dataSync()[0] : Number(rate);
}

/** Adam, and what it was given. */
function recorded(steps: Step[]): Optimizer {
  const optimizer: Optimizer = adamw();
  return {
    ...optimizer,
    update: (gradients, state, params, rate) => {
      steps.push({ norm: clipByGlobalNorm(gradients, 1).norm.dataSync()[0], rate: numberOf(rate) });
      return optimizer.update(gradients, state, params, rate);
    },
  };
}

/** Iterations of twelve rows, of three samples each: what the optimizers were given in each of them, and what was reported. */
async function iterations(count: number, options: DppoOptions) {
  const all = [];
  const [actor, critic]: Step[][] = [[], []];
  const agent = { ...smallAgent(), actorOptimizer: recorded(actor), criticOptimizer: recorded(critic) };
  const algorithm = ppo(agent, { ...smallOptions, ...options });
  for await (const { state, metrics } of train(algorithm, smallEnv(), { seed: 2, steps: 4 })) {
    all.push({ actor: actor.splice(0), critic: critic.splice(0), metrics, rewards: state.rewardScale.count });
    if (all.length === count) break;
  }
  return all;
}
const mean = (steps: readonly Step[]) => steps.reduce((sum, { norm }) => sum + norm / steps.length, 0);

it('goes as often as asked through all samples in whole minibatches, and reports their mean', async () => {
  const [{ actor, critic, metrics }] = await iterations(1, { updateEpochs: 3, batchSize: 10 });
  // Three minibatches of ten in 36 samples; six are left over each time.
  expect([actor.length, critic.length, metrics['train/n_updates']]).toEqual([9, 9, 9]);
  expect(metrics['train/actor_grad_norm']).toBeCloseTo(mean(actor), 5);
  expect(metrics['train/critic_grad_norm']).toBeCloseTo(mean(critic), 5);
});

it('takes all samples at once where there are fewer than a minibatch', async () => {
  const [{ actor }] = await iterations(1, { updateEpochs: 2, batchSize: 1000 });
  expect(actor).toHaveLength(2);
});

it('clips the gradient of the actor alone, and reports its norm before', async () => {
  const [free] = await iterations(1, { updateEpochs: 1 });
  const [{ actor, critic, metrics }] = await iterations(1, { updateEpochs: 1, maxGradNorm: 1e-3 });
  // g / (‖g‖ + 10⁻⁶) · 10⁻³
  expect(actor[0].norm).toBeCloseTo(1e-3, 5);
  expect(free.actor[0].norm).toBeGreaterThan(0.01);
  expect(metrics['train/actor_grad_norm']).toBeCloseTo(free.actor[0].norm, 5);
  expect(critic[0].norm).toBeCloseTo(free.critic[0].norm, 5);
  expect(critic[0].norm).toBeGreaterThan(0.01);
});

it('learns at the rates of the iterations finished before, and reports them', async () => {
  const options = {
    actorLr: (iteration: number) => 1e-3 + iteration * 1e-4,
    criticLr: (iteration: number) => 2e-3 + iteration * 1e-4,
  };
  const all = await iterations(2, options);
  for (const [i, { actor, critic, metrics }] of all.entries()) {
    for (const { rate } of actor) expect(rate).toBeCloseTo(options.actorLr(i), 8);
    for (const { rate } of critic) expect(rate).toBeCloseTo(options.criticLr(i), 8);
    expect(metrics).toMatchObject({
      'train/actor_lr': options.actorLr(i),
      'train/critic_lr': options.criticLr(i),
    });
  }
});

it('leaves the actor without a step in as many iterations as asked, and no longer', async () => {
  const all = await iterations(3, { nCriticWarmupItr: 2, updateEpochs: 1 });
  expect(all.map(({ actor, critic }) => [actor.length, critic.length])).toEqual([
    [0, 1],
    [0, 1],
    [1, 1],
  ]);
});

it('adapts the rate from the second minibatch on, as the first has no KL', async () => {
  const [{ actor }, { actor: next }] = await iterations(2, {
    desiredKl: 1e3,
    updateEpochs: 3,
    actorLr: () => 1e-5,
  });
  // Far below the KL wanted the rate grows by half each time; the next iteration goes on from there.
  for (const [i, rate] of [1e-5, 1.5e-5, 2.25e-5].entries()) expect(actor[i].rate).toBeCloseTo(rate, 9);
  expect(next[0].rate).toBeCloseTo(2.25e-5, 9);
});

it('goes on with the running scale of rewards from iteration to iteration', async () => {
  const [first, second] = await iterations(2, {});
  expect(second.rewards - first.rewards).toBeCloseTo(first.rewards, 0);
  expect(first.rewards).toBeGreaterThan(11);
});

it('reports that a critic who says next to nothing explains next to nothing', async () => {
  const { policy, critic } = smallAgent();
  const apply: typeof critic.apply = (...inputs) => critic.apply(...inputs).mul<tf.Tensor1D>(1e-3);
  const algorithm = ppo({ policy, critic: { ...critic, apply } }, smallOptions);
  const { value } = await train(algorithm, smallEnv(), { seed: 2, steps: 4 }).next();
  // 1 − Var(R − V) / Var(R), not of Var(V), which is a millionth of it.
  expect(Math.abs(value.metrics['train/explained_variance'])).toBeLessThan(0.1);
});
