import { chainLogProbs } from '@dppo/diffusion';
import { compile } from '@dppo/engine';
import type { VecEnv } from '@dppo/env';
import { chunkLogProb, rewardScale, scaleRewards } from '@dppo/rl';
import { describeGolden, toTensor, toTensors, type GoldenArray, type GoldenCase } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { recordedRate } from '../../optim/test/recorded-rate.ts';
import { part, playback, playbackRandom } from '../test/playback.ts';
import { recordedAgent } from '../test/recorded-agent.ts';
import type { Metrics, Rollout } from './algorithm.ts';
import type { Compile, Policy } from './policies/policy.ts';
import { learnerOf } from './ppo/learner.ts';
import { ppo } from './ppo/ppo.ts';
import type { PpoState } from './ppo/state.ts';
import { valued } from './ppo/returns.ts';
import { updateSteps } from './ppo/update.ts';
import type { Randomness } from './randomness.ts';
import { begin, collect } from './rollout/collect.ts';

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
      const { agent, made, options, steps } = recordedAgent(recorded, skip);
      const { policy } = agent;
      // On TensorFlow machine code repeats the first case and graphs the others, on the cpu backend the plain functions.
      const jit = recorded === cases[0];
      const fast: Compile = (f) => compile(f, { jit });
      const compiling = { ...agent, compile: fast };
      let rates = { actorLr: 0, criticLr: 0 };
      // Where the two scale by the same γ, the agent does it itself.
      const isOwn = options.rewardScaleRunning === true && options.gamma === scalingGamma;
      const own = {
        ...options,
        rewardScaleRunning: isOwn,
        actorLr: () => rates.actorLr,
        criticLr: () => rates.criticLr,
      };
      const algorithm = ppo(compiling, own);
      const learner = learnerOf(compiling, own);
      const [actor, critic] = [toTensors(inputs.weights.actor_ft), toTensors(inputs.weights.critic)];
      let state: PpoState = {
        ...algorithm.init(0),
        actor,
        critic,
        rewardScale: rewardScale(inputs.n_envs),
      };
      for (const [i, iteration] of inputs.iterations.entries()) {
        const expected = outputs.iterations[i];
        rates = { actorLr: expected.actor_lr, criticLr: expected.critic_lr };
        expectRates(rates, inputs.train, i);
        const env = playback(iteration, [inputs.act_steps, made.actionDim]);
        const random = playbackRandom(iteration);
        if (iteration.eval_mode) {
          await expectSameActions(policy, state.actor, env, random, expected);
          continue;
        }
        const { actor: params } = state;
        const act = (obs: Parameters<typeof algorithm.act>[1]) => algorithm.act(state, obs, random);
        const { rollout } = await collect(act, env, await begin(env), { steps });
        const { states, logProb, action } = rollout.table;
        expect(states.data).toBeAllclose(expected.chains.data, chains);
        expect(action.data).toBeAllclose(expected.actions.data, chains);
        const each = tf.tidy(() => {
          const obs = { state: toTensor<tf.Tensor3D>({ ...iteration.obs, shape: rowsAs(iteration.obs, 2) }) };
          const chain = tf.tensor4d(states.data, [obs.state.shape[0], policy.states, ...chunkOf(states)]);
          const from = made.sampler.times.length - made.ftDenoisingSteps;
          const scoring = { from, minStd: made.logProbMinStd };
          const all = chainLogProbs(made.sampler, made.network.apply(params, obs), chain, scoring);
          return {
            all: all.dataSync(),
            mean: chunkLogProb(all.reshape([-1, ...chunkOf(states)]), made).dataSync(),
          };
        });
        expect(each.all).toBeAllclose(expected.logprobs.data, logProbs);
        expect(logProb.data).toBeAllclose(each.mean, { atol: 1e-4 });

        const { imitated, rewardScale: scale } = asTheReference(rollout, iteration, expected, state);
        const scaled = isOwn
          ? { ...imitated, table: { ...imitated.table, reward: rollout.table['reward'] } }
          : imitated;
        const value = (obs: tf.NamedTensorMap) => learner.value(state.critic, obs);
        const { columns } = valued(value, scaled, state.rewardScale, learner.options);
        expect(columns.value.data).toBeAllclose(expected.values.data, { atol: 1e-5 });
        const last = tf.tidy(() => value({ state: toTensor(iteration.last_obs) }));
        expect(last).toBeAllclose(expected.next_value.data, { atol: 1e-5 });
        expect(columns.advantage.data).toBeAllclose(expected.advantages.data, { atol: 1e-4 });
        expect(columns.return.data).toBeAllclose(expected.returns.data, { atol: 1e-4 });

        const minibatches: Metrics[] = [];
        // The reference counts iterations of evaluation as well.
        const updates = updateSteps(learner, { ...state, iteration: i }, scaled, { random });
        let step = await updates.next();
        for (; !step.done; step = await updates.next()) minibatches.push(step.value);
        expect(minibatches).toHaveLength(expected.minibatches.length);
        for (const [j, metrics] of minibatches.entries()) {
          expectLosses(metrics, expected.minibatches[j], inputs);
        }
        state = { ...step.value.state, rewardScale: scale ?? step.value.state.rewardScale };
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

function column<N>(data: N) {
  return { shape: [], data };
}

/** The shape with the first so many axes in one. */
function rowsAs({ shape }: GoldenArray, axes: number): number[] {
  return [shape.slice(0, axes).reduce((a, b) => a * b), ...shape.slice(axes)];
}

/** [Ta, Da] of states [S, Ta, Da]. */
function chunkOf({
  shape: [, horizonSteps, actionDim],
}: {
  readonly shape: readonly number[];
}): [number, number] {
  return [horizonSteps, actionDim];
}

/** The learning rates follow their schedules: the actor's stands still while only the critic learns. */
function expectRates(rates: { actorLr: number; criticLr: number }, train: Recorded, i: number): void {
  const actorSteps = Math.max(0, i - (train.n_critic_warmup_itr ?? 0));
  const exact = { atol: 1e-12, rtol: 1e-9 };
  const actor = recordedRate(train.actor_lr_scheduler, train.actor_lr)(actorSteps);
  expect([actor]).toBeAllclose([rates.actorLr], exact);
  const critic = recordedRate(train.critic_lr_scheduler, train.critic_lr)(i);
  expect([critic]).toBeAllclose([rates.criticLr], exact);
}

/**
 * The reference bootstraps from whatever it sees next, and lets a truncated episode's trace run on (defects D2 to D4);
 * and it scales rewards as is held to what was recorded here.
 */
function asTheReference(
  rollout: Rollout,
  { first }: { readonly first?: GoldenArray },
  expected: Recorded,
  { rewardScale: known }: PpoState,
): { imitated: Rollout; rewardScale?: PpoState['rewardScale'] } {
  const { count, table } = rollout;
  const imitated = {
    ...rollout,
    table: {
      ...table,
      truncated: column(new Uint8Array(table['truncated'].data.length)),
      first: first ? column(Uint8Array.from(first.data)) : table['first'],
    },
  };
  if (!expected.scaled_rewards) return { imitated };
  const rewards = Float32Array.from(table['reward'].data);
  const firsts = Uint8Array.from(imitated.table['first'].data);
  const scaled = scaleRewards(known, { rewards, firsts, count }, { gamma: scalingGamma });
  expect(scaled.rewards).toBeAllclose(expected.scaled_rewards.data, { atol: 1e-6, rtol: 1e-6 });
  const scaledTable = { ...imitated.table, reward: column(Float32Array.from(scaled.rewards)) };
  return { imitated: { ...imitated, table: scaledTable }, rewardScale: scaled.state };
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
  policy: Policy,
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
          { state: tf.tensor3d(obs, [env.count, env.obsShape[0], env.obsShape[1]]) },
          tf.tensor4d(random.normal(0), [policy.draws, ...chunk] as [number, number, number, number]),
        )
        .dataSync(),
    );
    expect(actions).toBeAllclose(part(expected.actions, t), chains);
    obs = (await env.step(new Float32Array())).obs;
  }
}
