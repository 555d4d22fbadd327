import { cosineSchedule, ddpmSteps, withMinStd } from '@dppo/diffusion';
import type { VecEnv } from '@dppo/env';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';
import { type Golden, type GoldenArray, type GoldenCase, readGolden } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { diffusionPolicy } from './diffusion-policy.ts';
import { evaluateRollout } from './experience.ts';
import { type Agent, learner } from './learner.ts';
import type { DppoOptions } from './options.ts';
import type { Randomness } from './randomness.ts';
import { begin, collect, type Rollout } from './rollout.ts';
import { startState } from './train.ts';
import { update } from './update.ts';

const recorded = new URL('../../../../shared/golden/agent_iteration.json', import.meta.url);
const golden: Golden | undefined =
  readGolden(recorded) ?? readGolden(new URL('../golden/agent_iteration.json.gz', import.meta.url));

const tensors = (arrays: Record<string, GoldenArray>): tf.NamedTensorMap =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => [name, tf.tensor(data as Float32Array, shape)]),
  );

/** The agent that a recorded case describes. */
function agentOf({ inputs }: GoldenCase): { agent: Agent; options: DppoOptions } {
  const { train, model, actor, critic, weights } = inputs;
  const obsDim = model.obs_dim;
  const { horizon_steps: horizonSteps, action_dim: actionDim } = model;
  const steps = ddpmSteps(cosineSchedule(model.denoising_steps));
  const policy = diffusionPolicy({
    network: denoiserMlp({
      obsDim,
      actionDim,
      horizonSteps,
      condSteps: inputs.cond_steps,
      timeDim: actor.time_dim,
      hidden: actor.mlp_dims,
      activation: 'relu',
      residual: true,
    }),
    frozen: tensors(weights.actor),
    steps,
    exploration: withMinStd(steps, model.min_sampling_denoising_std),
    ftDenoisingSteps: model.ft_denoising_steps,
    horizonSteps,
    actionDim,
    clipNoise: model.randn_clip_value,
  });
  const optimizer = adamw({ weightDecay: train.actor_weight_decay });
  const network = valueMlp({
    obsDim,
    condSteps: inputs.cond_steps,
    hidden: critic.mlp_dims,
    activation: 'mish',
    residual: true,
  });
  const options: DppoOptions = {
    steps: train.n_steps,
    actSteps: inputs.act_steps,
    gamma: train.gamma,
    gaeLambda: train.gae_lambda,
    gammaDenoising: model.gamma_denoising,
    clipPlossCoef: model.clip_ploss_coef,
    clipPlossCoefBase: model.clip_ploss_coef_base,
    clipPlossCoefRate: model.clip_ploss_coef_rate,
    clipVlossCoef: undefined,
    clipAdvantageLowerQuantile: 0,
    clipAdvantageUpperQuantile: 1,
    normAdv: true,
    rewardHorizon: inputs.reward_horizon,
    vfCoef: train.vf_coef,
    entCoef: 0,
    bcLossCoeff: train.use_bc_loss ? train.bc_loss_coeff : 0,
    updateEpochs: train.update_epochs,
    batchSize: train.batch_size,
    microBatchSize: train.batch_size,
    targetKl: train.target_kl,
    maxGradNorm: train.max_grad_norm ?? undefined,
    rewardScaleRunning: train.reward_scale_running,
    rewardScaleConst: train.reward_scale_const,
    nCriticWarmupItr: train.n_critic_warmup_itr,
  };
  return {
    agent: { policy, critic: network, actorOptimizer: optimizer, criticOptimizer: optimizer },
    options,
  };
}

/** Environments that play back what was recorded, whatever the actions. */
function playback({
  obs,
  rewards,
  terminated,
  truncated,
  last_obs: last,
}: Record<string, GoldenArray>): VecEnv {
  const [steps, count, ...obsShape] = obs.shape;
  const observations = [...Array(steps).keys()].map((t) =>
    (obs.data as Float32Array).slice((t * obs.data.length) / steps, ((t + 1) * obs.data.length) / steps),
  );
  observations.push(Float32Array.from(last.data));
  const row = ({ data }: GoldenArray, t: number): ArrayLike<number> =>
    data.subarray(t * count, (t + 1) * count);
  let t = 0;
  return {
    count,
    obsShape,
    actionShape: [],
    reset: () => Promise.resolve(observations[0]),
    step: () => {
      const at = t++;
      return Promise.resolve({
        obs: observations[at + 1],
        reached: observations[at + 1],
        rewards: Float32Array.from(row(rewards, at)),
        terminated: Uint8Array.from(row(terminated, at)),
        truncated: Uint8Array.from(row(truncated, at)),
        steps: new Uint16Array(count).fill(1),
      });
    },
    close: () => Promise.resolve(),
  };
}

/** The recorded random numbers, in the order in which they were drawn. */
function playbackRandom(
  iteration: Record<string, GoldenArray> & { bc_noise_per_minibatch?: GoldenArray[] },
): Randomness {
  const {
    initial_noise: initial,
    step_noise: noise,
    permutations,
    bc_noise_per_minibatch: imitation = [],
  } = iteration;
  const steps = initial.shape[0];
  const part = ({ data }: GoldenArray, t: number): number[] =>
    Array.from(data.subarray((t * data.length) / steps, ((t + 1) * data.length) / steps));
  const normals = [
    ...[...Array(steps).keys()].map((t) => Float32Array.from([...part(initial, t), ...part(noise, t)])),
    ...imitation.map(({ data }) => data as Float32Array),
  ];
  const orders = permutations
    ? [...Array(permutations.shape[0]).keys()].map((epoch) =>
        Int32Array.from(
          permutations.data.subarray(epoch * permutations.shape[1], (epoch + 1) * permutations.shape[1]),
        ),
      )
    : [];
  return {
    normal: () => normals.shift() ?? new Float32Array(),
    permutation: () => orders.shift() ?? new Int32Array(),
    uniform: () => 0,
  };
}

describe.skipIf(!golden)('whole iterations, replayed from the reference', () => {
  for (const recordedCase of golden?.cases ?? []) {
    it(`end in the same weights: ${recordedCase.name}`, async () => {
      const { inputs, outputs } = recordedCase;
      const { agent, options } = agentOf(recordedCase);
      const learn = learner(agent, options);
      const weights = { actor: tensors(inputs.weights.actor_ft), critic: tensors(inputs.weights.critic) };
      let state = startState(agent, weights, inputs.n_envs);
      for (const [i, iteration] of inputs.iterations.entries()) {
        const expected = outputs.iterations[i];
        const env = playback(iteration);
        const random = playbackRandom(iteration);
        if (iteration.eval_mode) {
          await expectSameActions(agent, state.actor, env, random, expected);
          continue;
        }
        const standing = await begin(env);
        const { rollout } = await collect(agent.policy, state.actor, env, standing, {
          ...options,
          random,
          act: learn.act,
        });
        expect(rollout.chains).toBeAllclose(expected.chains.data, { atol: 2e-4 });
        expect(rollout.logProbs).toBeAllclose(expected.logprobs.data, { atol: 1e-3, rtol: 1e-4 });

        const imitated = asTheReference(rollout, iteration);
        const { experience } = evaluateRollout(learn, state.critic, imitated, state.rewardScale, options);
        expect(experience.values).toBeAllclose(expected.values.data, { atol: 1e-5 });
        expect(experience.advantages).toBeAllclose(expected.advantages.data, { atol: 1e-4 });
        expect(experience.returns).toBeAllclose(expected.returns.data, { atol: 1e-4 });

        const rates = { actorLr: expected.actor_lr, criticLr: expected.critic_lr };
        const next = update(agent, learn, state, imitated, { ...options, ...rates, random });
        expect(next.minibatches).toHaveLength(expected.minibatches.length);
        for (const [j, metrics] of next.minibatches.entries()) {
          const {
            pg_loss: pg,
            v_loss: value,
            approx_kl: kl,
            bc_loss: bc,
            clipfrac,
            ratio_mean: ratio,
          } = expected.minibatches[j];
          expect([metrics['train/policy_gradient_loss']]).toBeAllclose(pg.data, { atol: 5e-5 });
          expect([metrics['train/value_loss']]).toBeAllclose(value.data, { atol: 5e-5 });
          expect([metrics['train/bc_loss']]).toBeAllclose(bc.data, { atol: 5e-5 });
          expect([metrics['train/approx_kl']]).toBeAllclose(kl.data, { atol: 1e-6 });
          expect([metrics['train/ratio']]).toBeAllclose(ratio.data, { atol: 5e-5 });
          expect([metrics['train/clip_fraction']]).toBeAllclose(clipfrac.data, { atol: 5e-5 });
        }
        state = next.state;
        for (const [name, value] of Object.entries(state.actor))
          expect(value).toBeAllclose(expected.actor_ft_after[name].data, { atol: 1e-4 });
        for (const [name, value] of Object.entries(state.critic))
          expect(value).toBeAllclose(expected.critic_after[name].data, { atol: 1e-4 });
      }
    });
  }
});

/** The reference bootstraps from whatever it sees next, and lets a truncated episode's trace run on (defects D2 to D4). */
function asTheReference(rollout: Rollout, { first }: { first?: GoldenArray }): Rollout {
  return {
    ...rollout,
    truncated: new Uint8Array(rollout.truncated.length),
    ...(first && { firsts: first.data as Uint8Array }),
  };
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
    expect(actions).toBeAllclose(
      expected.actions.data.subarray(t * actions.length, (t + 1) * actions.length),
      { atol: 2e-4 },
    );
    obs = (await env.step(new Float32Array())).obs;
  }
}
