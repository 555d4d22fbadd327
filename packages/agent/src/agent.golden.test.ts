import { compile } from '@dppo/engine';
import type { VecEnv } from '@dppo/env';
import { scaleRewards } from '@dppo/rl';
import { describeGolden, toTensor, toTensors, type GoldenArray, type GoldenCase } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { recordedRate } from '../../optim/test/recorded-rate.ts';
import { part, playback, playbackRandom } from '../test/playback.ts';
import { recordedAgent } from '../test/recorded-agent.ts';
import { begin, collect } from './collect.ts';
import { evaluateRollout } from './experience.ts';
import { type Agent, learner } from './learner.ts';
import type { Metrics } from './minibatch-step.ts';
import type { Randomness } from './randomness.ts';
import type { Rollout } from './rollout.ts';
import { startState, type TrainState } from './train-state.ts';
import { update } from './update.ts';

type Recorded = GoldenCase['inputs'];

const chains = { atol: 2e-4, rtol: 0 };
// The recorded log-probabilities and weights hardly move when the first weights do, so 1e-4 would be ample for all.
const logProbs = { atol: 5e-4, rtol: 1e-4 };
const weights = { atol: 1e-4, rtol: 0 };

/** γ of the running return with which the reference scales rewards, whatever that of training is (its defect D30). */
const scalingGamma = 0.99;

describeGolden('agent_iteration', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)(
    'repeats whole iterations and ends in the same weights: $name',
    async (recorded, { skip }) => {
      const { inputs, outputs } = recorded;
      const { agent, options } = recordedAgent(recorded, skip);
      // On TensorFlow machine code repeats the first case and graphs the others, on the cpu backend the plain functions.
      const jit = recorded === cases[0];
      const learn = learner({ ...agent, compile: (f) => compile(f, { jit }) }, options);
      const first = { actor: toTensors(inputs.weights.actor_ft), critic: toTensors(inputs.weights.critic) };
      let state = startState(agent, first, inputs.n_envs);
      for (const [i, iteration] of inputs.iterations.entries()) {
        const expected = outputs.iterations[i];
        const rates = { actorLr: expected.actor_lr, criticLr: expected.critic_lr };
        expectRates(rates, inputs.train, i);
        const env = playback(iteration);
        const random = playbackRandom(iteration);
        if (iteration.eval_mode) {
          await expectSameActions(agent, state.actor, env, random, expected);
          continue;
        }
        const standing = await begin(env);
        const drawn: number[] = [];
        const { rollout } = await collect(agent.policy, state.actor, env, standing, {
          ...options,
          random,
          act: (...seen) => {
            const path = learn.act(...seen);
            drawn.push(...path.logProbs.dataSync());
            return path;
          },
        });
        expect(rollout.chains).toBeAllclose(expected.chains.data, chains);
        expect(drawn).toBeAllclose(expected.logprobs.data, logProbs);
        expect(actionsOf(rollout)).toBeAllclose(expected.actions.data, chains);

        const { imitated, rewardScale } = asTheReference(rollout, iteration, expected, state);
        // Where the two scale by the same γ, the agent does it itself.
        const own = {
          ...options,
          rewardScaleRunning: options.rewardScaleRunning && options.gamma === scalingGamma,
        };
        const scaled = own.rewardScaleRunning ? { ...imitated, rewards: rollout.rewards } : imitated;
        const { experience } = evaluateRollout(learn, state.critic, scaled, state.rewardScale, own);
        expect(experience.values).toBeAllclose(expected.values.data, { atol: 1e-5 });
        const last = tf.tidy(() => learn.value(state.critic, toTensor(iteration.last_obs)));
        expect(last).toBeAllclose(expected.next_value.data, { atol: 1e-5 });
        expect(experience.advantages).toBeAllclose(expected.advantages.data, { atol: 1e-4 });
        expect(experience.returns).toBeAllclose(expected.returns.data, { atol: 1e-4 });

        // The reference counts iterations of evaluation as well.
        const nCriticWarmupItr = i < options.nCriticWarmupItr ? Infinity : 0;
        const next = update(agent, learn, state, scaled, { ...own, ...rates, nCriticWarmupItr, random });
        expect(next.minibatches).toHaveLength(expected.minibatches.length);
        for (const [j, metrics] of next.minibatches.entries()) {
          expectLosses(metrics, expected.minibatches[j], inputs);
        }
        state = { ...next.state, rewardScale: rewardScale ?? next.state.rewardScale };
        for (const [name, { data }] of Object.entries<GoldenArray>(expected.actor_ft_after)) {
          expect(state.actor[name], name).toBeAllclose(data, weights);
        }
        for (const [name, { data }] of Object.entries<GoldenArray>(expected.critic_after)) {
          expect(state.critic[name], name).toBeAllclose(data, weights);
        }
      }
    },
  );
});

/** The learning rates follow their schedules: the actor's stands still while only the critic learns. */
function expectRates(rates: { actorLr: number; criticLr: number }, train: Recorded, i: number): void {
  const actorSteps = Math.max(0, i - (train.n_critic_warmup_itr ?? 0));
  const exact = { atol: 1e-12, rtol: 1e-9 };
  const actor = recordedRate(train.actor_lr_scheduler, train.actor_lr)(actorSteps);
  expect([actor]).toBeAllclose([rates.actorLr], exact);
  const critic = recordedRate(train.critic_lr_scheduler, train.critic_lr)(i);
  expect([critic]).toBeAllclose([rates.criticLr], exact);
}

/** The last state of each chain [T, N, Ta, Da]. */
function actionsOf({ chains: all, steps, count, transitions }: Rollout): Float32Array {
  const rows = steps * count;
  const size = all.length / rows;
  const chunk = size / (transitions + 1);
  return Float32Array.from({ length: rows * chunk }, (_, i) => {
    const row = Math.floor(i / chunk);
    return all[(row + 1) * size - chunk + (i % chunk)];
  });
}

/**
 * The reference bootstraps from whatever it sees next, and lets a truncated episode's trace run on (defects D2 to D4);
 * and it scales rewards as is held to what was recorded here.
 */
function asTheReference(
  rollout: Rollout,
  { first }: { readonly first?: GoldenArray },
  expected: Recorded,
  { rewardScale }: TrainState,
): { imitated: Rollout; rewardScale?: TrainState['rewardScale'] } {
  const imitated = {
    ...rollout,
    truncated: new Uint8Array(rollout.truncated.length),
    ...(first && { firsts: Uint8Array.from(first.data) }),
  };
  if (!expected.scaled_rewards) return { imitated };
  const scaled = scaleRewards(rewardScale, imitated, { gamma: scalingGamma });
  expect(scaled.rewards).toBeAllclose(expected.scaled_rewards.data, { atol: 1e-6, rtol: 1e-6 });
  return { imitated: { ...imitated, rewards: scaled.rewards }, rewardScale: scaled.state };
}

function expectLosses(metrics: Metrics, expected: Recorded, { train, model }: Recorded): void {
  const pg = metrics['train/policy_gradient_loss'];
  const value = metrics['train/value_loss'];
  const bc = metrics['train/bc_loss'];
  const terms: Record<string, number> = {
    pg_loss: pg,
    v_loss: value,
    bc_loss: bc,
    clipfrac: metrics['train/clip_fraction'],
    ratio_mean: metrics['train/ratio'],
    total_loss:
      pg +
      (train.vf_coef ?? 0) * value +
      (train.use_bc_loss ? train.bc_loss_coeff * bc : 0) -
      // The reference's entropy is mean η, a constant here.
      (train.ent_coef ?? 0) * (model.eta?.base_eta ?? 1),
  };
  for (const [name, term] of Object.entries(terms)) {
    expect([term], name).toBeAllclose(numbers(expected[name]), { atol: 5e-5, rtol: 0 });
  }
  expect([metrics['train/approx_kl']]).toBeAllclose(numbers(expected.approx_kl), { atol: 1e-6, rtol: 0 });
}

/** A recorded scalar is an array or a plain number. */
function numbers(recorded: GoldenArray | number): ArrayLike<number> {
  return typeof recorded === 'number' ? [recorded] : recorded.data;
}

async function expectSameActions(
  { policy }: Agent,
  params: tf.NamedTensorMap,
  env: VecEnv,
  random: Randomness,
  expected: { readonly actions: GoldenArray },
): Promise<void> {
  const [steps, ...chunk] = expected.actions.shape;
  let obs = await env.reset();
  for (let t = 0; t < steps; t++) {
    const actions = tf.tidy(() =>
      policy
        .best(
          params,
          tf.tensor3d(obs, [env.count, env.obsShape[0], env.obsShape[1]]),
          tf.tensor4d(random.normal(0), [policy.draws, ...chunk] as [number, number, number, number]),
        )
        .dataSync(),
    );
    expect(actions).toBeAllclose(part(expected.actions, t), chains);
    obs = (await env.step(new Float32Array())).obs;
  }
}
