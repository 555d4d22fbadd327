import { compile } from '@dppo/engine';
import { adamw, clipByGlobalNorm, differentiate } from '@dppo/optim';
import { normalizeAdvantages, rewardScale } from '@dppo/rl';
import {
  describeGolden,
  type GoldenArray,
  type GoldenCase,
  reinflow,
  type Skip,
  toTensor,
  toTensors,
} from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { expectGradients, recordedCritic } from '../../nn/test/golden.ts';
import { recordedRate } from '../../optim/test/recorded-rate.ts';
import { part, playback, playbackRandom } from '../test/playback.ts';
import { flowParams, recordedFlowPolicy, rightOf } from '../test/recorded-flow.ts';
import type { Metrics, Rollout } from './algorithm.ts';
import { decayedStd } from './policies/decayed-std.ts';
import { flowPolicy } from './policies/flow.ts';
import { scheduledOf } from './policies/policy.ts';
import { actorBatch, actorLoss, chosenOf, weightsOf } from './ppo/actor-loss.ts';
import { adaptedRate } from './ppo/actor-rate.ts';
import { criticLoss } from './ppo/critic-loss.ts';
import type { ActorCritic } from './ppo/actor-critic.ts';
import { type Learner, learnerOf } from './ppo/learner.ts';
import { experienceOf } from './ppo/experience.ts';
import { minibatchStep } from './ppo/minibatch.ts';
import type { DppoOptions } from './ppo/options.ts';
import { ppo } from './ppo/ppo.ts';
import { valued } from './ppo/returns.ts';
import {
  gathered,
  type PathTensors,
  pathTensors,
  type ValueTensors,
  valueTensors,
} from './ppo/rollout-tensors.ts';
import type { PpoState } from './ppo/state.ts';
import { begin, collect } from './rollout/collect.ts';

type Recorded = GoldenCase['inputs'];
type Weights = Readonly<Record<string, GoldenArray>>;

const own = new URL('../golden/', import.meta.url);
const losses = { atol: 5e-5, rtol: 0 };
const chains = { atol: 2e-4, rtol: 0 };

/** A recorded scalar is an array or a plain number. */
function numbers(recorded: GoldenArray | number): ArrayLike<number> {
  return typeof recorded === 'number' ? [recorded] : recorded.data;
}

/** Gradients and weights of the actor under ReinFlow's names, which their recordings have. */
function byTheirNames(params: tf.NamedTensorMap): tf.NamedTensorMap {
  const named = Object.entries(params).map(([name, weight]) => {
    if (!name.startsWith('noise.')) return [`policy.${name}`, weight];
    return [name.replace('noise.mlp_', 'explore_noise_net.mlp_').replace('noise.time_', 'time_'), weight];
  });
  return Object.fromEntries(named);
}

/** Holds weights to those recorded; those of a noise that is fixed, which nothing reaches, are left out. */
function expectWeights(params: tf.NamedTensorMap, recorded: Weights, atol: number): void {
  const reached = Object.entries(recorded).filter(([name]) => name in params);
  expect(reached.length).toBeGreaterThan(0);
  for (const [name, { data }] of reached) expect(params[name], name).toBeAllclose(data, { atol });
}

/** What both recordings say of PPO by our names. */
function recordedOptions({ train, options }: Recorded) {
  return {
    clipPlossCoef: options.clip_ploss_coef,
    clipVlossCoef: options.clip_vloss_coef ?? Infinity,
    entCoef: train.ent_coef,
    vfCoef: train.vf_coef,
    bcLossCoeff: train.use_bc_loss ? train.bc_coeff : 0,
  };
}

const bounded = ({ logprob_min: minLogProb, logprob_max: maxLogProb }: Recorded) => ({
  minLogProb,
  maxLogProb,
});

describeGolden(
  'ppo_loss',
  own,
  ({ cases }) => {
    it.for(cases)('repeats every term, every gradient and two updates: $name', (recorded, { skip }) => {
      const { inputs } = recorded;
      const { train, options, weights } = inputs;
      const right = rightOf(recorded);
      const states = toTensor<tf.Tensor4D>(inputs.chains);
      const { policy } = recordedFlowPolicy(inputs, {
        state: inputs.state,
        horizonSteps: states.shape[2],
        skip,
        ...bounded(options),
        frozen: toTensors(weights.actor_old ?? {}),
        withStart: train.account_for_initial_stochasticity,
        meanOfSteps: train.normalize_denoising_horizon,
        meanOfElements: train.normalize_act_space_dimension,
        clipMean: train.clip_intermediate_actions ? options.denoised_clip_value : Infinity,
      });
      const critic = recordedCritic(inputs.critic_constructor, inputs.state, skip);
      const asked = recordedOptions(inputs);
      const rows = states.shape[0];
      const oldLogProb = toTensor<tf.Tensor1D>(inputs.oldlogprobs);
      const obs = { state: toTensor<tf.Tensor3D>(inputs.state) };
      const batch = {
        obs,
        states,
        first: tf.zeros<tf.Rank.R1>([rows], 'int32'),
        // As `act` would have given it.
        oldLogProb: oldLogProb
          .maximum<tf.Tensor1D>(options.logprob_min)
          .minimum<tf.Tensor1D>(options.logprob_max),
        advantage: tf.tensor1d(normalizeAdvantages(inputs.advantages.data)),
        clip: tf.ones<tf.Rank.R1>([rows]).mul<tf.Tensor1D>(options.clip_ploss_coef),
        ...(train.use_bc_loss && { cloningNoise: tf.zeros<tf.Rank.R4>([policy.draws, ...obsChunk(states)]) }),
      };
      const values = {
        obs,
        returns: toTensor<tf.Tensor1D>(inputs.returns),
        oldValue: toTensor<tf.Tensor1D>(inputs.oldvalues),
        weight: tf.ones<tf.Rank.R1>([rows]),
      };
      const norm = train.max_grad_norm ?? Infinity;
      const actorOptimizer = adamw({ weightDecay: train.actor_weight_decay });
      const criticOptimizer = adamw({ weightDecay: train.critic_weight_decay });
      let [actor, valuing] = [flowParams(weights.actor_ft), toTensors(weights.critic)];
      let [actorState, criticState] = [actorOptimizer.init(actor), criticOptimizer.init(valuing)];
      for (const [n, expected] of right.updates.entries()) {
        const ofActor = differentiate((params) => actorLoss(policy, params, batch, asked), actor);
        const value = (params: tf.NamedTensorMap) => (seen: tf.NamedTensorMap) =>
          critic.apply(params, { state: seen['state'].as3D(rows, -1, obs.state.shape[2]) });
        const ofCritic = differentiate((params) => criticLoss(value(params), values, asked), valuing);
        const clipped = clipByGlobalNorm(ofActor.gradients, norm);
        const clippedCritic = clipByGlobalNorm(ofCritic.gradients, norm);
        const terms = {
          pg_loss: ofActor.policyLoss,
          entropy_loss: ofActor.entropy.neg(),
          v_loss: ofCritic.valueLoss,
          bc_loss: ofActor.bcLoss,
          clipfrac: ofActor.clipFraction,
          ratio_mean: ofActor.ratio,
          total_loss: ofActor.loss.add(ofCritic.loss),
        };
        for (const [name, term] of Object.entries(terms)) {
          // Nats of whole paths, in hundreds where they are sums: relative to 1 or, where it is larger, to the number.
          expect(term, name).toBeAllclose(numbers(expected[name]), { ...losses, rtol: 5e-5 });
        }
        expect(ofActor.approxKl).toBeAllclose(numbers(expected.approx_kl), { atol: 1e-6, rtol: 5e-5 });
        expect(clipped.norm).toBeAllclose(numbers(expected.actor_grad_norm), { atol: 0, rtol: 2e-4 });
        expect(clippedCritic.norm).toBeAllclose(numbers(expected.critic_grad_norm), { atol: 0, rtol: 2e-4 });
        const { logProb } = policy.logProb(actor, obs, batch);
        const bounds = tf.stack([logProb.min(), logProb.max()]);
        // What is right of the imitation's defect repeats only what that has a part in.
        const known: GoldenArray[] = [expected.newlogprob_min, expected.newlogprob_max].filter(Boolean);
        const wanted = known.length > 0 ? known.map(({ data: [bound] }) => bound) : bounds;
        expect(bounds).toBeAllclose(wanted, { atol: 1e-4, rtol: 1e-4 });
        if (n === 0) {
          expectGradients(byTheirNames(ofActor.gradients), expected.param_grads.actor_ft);
          expectGradients(ofCritic.gradients, expected.param_grads.critic);
        }
        [actor, actorState] = actorOptimizer.update(clipped.gradients, actorState, actor, train.actor_lr);
        [valuing, criticState] = criticOptimizer.update(
          clippedCritic.gradients,
          criticState,
          valuing,
          train.critic_lr,
        );
      }
      expectWeights(byTheirNames(actor), right.params_after.actor_ft, 1e-4);
      expectWeights(valuing, right.params_after.critic, 1e-4);
    });
  },
  reinflow,
);

/** [B, Ta, Da] of states [B, S, Ta, Da]. */
function obsChunk({ shape: [rows, , horizonSteps, actionDim] }: tf.Tensor4D): [number, number, number] {
  return [rows, horizonSteps, actionDim];
}

/** The agent of a recording: its policy, whose largest σ falls as recorded, its critic and what an iteration is told. */
function recordedAgent({ inputs }: GoldenCase, rates: () => Rates, skip: Skip) {
  const { train, options, noise } = inputs;
  const [{ obs: seen }] = inputs.iterations;
  const [, , ...state] = seen.shape;
  const chunk: number[] = inputs.iterations[0].initial_noise.shape.slice(2);
  const { made } = recordedFlowPolicy(inputs, {
    state: { shape: [1, ...state] },
    horizonSteps: chunk[0],
    skip,
    ...bounded(options),
    withStart: train.account_for_initial_stochasticity,
    clipMean: train.clip_intermediate_actions ? options.denoised_clip_value : Infinity,
  });
  const max = decayedStd({
    min: noise.min_logprob_denoising_std,
    max: noise.max_logprob_denoising_std,
    iterations: train.n_train_itr,
    hold: train.max_noise_hold_ratio,
    decay: train.max_noise_decay_ratio,
  });
  const decaying = typeof made.noise === 'object' ? { ...made, noise: { ...made.noise, max } } : made;
  const agent: ActorCritic = {
    policy: flowPolicy(decaying),
    critic: recordedCritic(inputs.critic_constructor, { shape: [1, ...state] }, skip),
    actorOptimizer: adamw({ weightDecay: train.actor_weight_decay }),
    criticOptimizer: adamw({ weightDecay: train.critic_weight_decay }),
    compile: (f) => compile(f),
  };
  const told: DppoOptions = {
    ...recordedOptions(inputs),
    gamma: train.gamma,
    gaeLambda: train.gae_lambda,
    batchSize: train.batch_size,
    microBatchSize: train.batch_size,
    nCriticWarmupItr: train.n_critic_warmup_itr,
    rewardScaleRunning: train.reward_scale_running,
    rewardScaleConst: train.reward_scale_const,
    actorLr: () => rates().actor,
    criticLr: () => rates().critic,
  };
  return { agent, policy: agent.policy, told, chunk };
}

interface Rates {
  readonly actor: number;
  readonly critic: number;
}

/** The rates of an iteration: the actor's stands still while only the critic learns. */
function scheduledRates(train: Recorded, iteration: number): Rates {
  const warmedUp = Math.max(0, iteration - train.n_critic_warmup_itr);
  return {
    actor: recordedRate(train.actor_lr_scheduler, train.actor_lr)(warmedUp),
    critic: recordedRate(train.critic_lr_scheduler, train.critic_lr)(iteration),
  };
}

/** The rates of the next minibatch where they follow its KL; the KL of the first of an update is rounding. */
function adaptedRates({ actor, critic }: Rates, kl: number, desiredKl: number): Rates {
  return {
    actor: adaptedRate(actor, kl, desiredKl, { max: 5e-4 }),
    critic: adaptedRate(critic, kl, desiredKl, { max: 1e-3 }),
  };
}

const column = (data: Uint8Array) => ({ shape: [], data });

/** Rollout and flags as the reference has them: a truncated step does not bootstrap, nor ends its trace (its defects D3 and D4). */
function asTheReference(
  { count, table, ...rollout }: Rollout,
  { first }: { readonly first: GoldenArray },
): Rollout {
  const truncated = column(new Uint8Array(table['truncated'].data.length));
  return { ...rollout, count, table: { ...table, truncated, first: column(Uint8Array.from(first.data)) } };
}

/** Zeros for each of K steps, beside starts [T, …]. */
function stillNoise(
  { shape: [rounds, ...chunk], data: { length } }: GoldenArray,
  steps: number,
): GoldenArray {
  return { shape: [rounds, steps, ...chunk], dtype: 'float32', data: new Float32Array(length * steps) };
}

function clamped(
  logProbs: Float64Array,
  { logprob_min: lowest, logprob_max: highest }: Recorded,
): Float64Array {
  return logProbs.map((logProb) => Math.min(Math.max(logProb, lowest), highest));
}

function expectLosses(metrics: Metrics, expected: Recorded): void {
  const terms: Record<string, number> = {
    pg_loss: metrics['train/policy_gradient_loss'],
    entropy_loss: -metrics['train/entropy'],
    v_loss: metrics['train/value_loss'],
    clipfrac: metrics['train/clip_fraction'],
    ratio_mean: metrics['train/ratio'],
  };
  for (const [name, term] of Object.entries(terms)) {
    expect([term], name).toBeAllclose(numbers(expected[name]), losses);
  }
  expect([metrics['train/approx_kl']]).toBeAllclose(numbers(expected.approx_kl), { atol: 1e-6, rtol: 0 });
}

const read = (term: tf.Scalar): number => term.dataSync()[0];

/** What an optimizer step is of. */
interface Minibatch extends Pick<Parameters<typeof minibatchStep>[2], 'advantages' | 'samples'> {
  readonly paths: PathTensors;
  readonly values: ValueTensors;
}

/** A minibatch as ReinFlow learns from it where we do not: both gradients clipped, several steps of the actor on the same one. */
function byHand(
  { policy, options }: Learner,
  { critic, actorOptimizer = adamw(), criticOptimizer = adamw() }: ActorCritic,
  state: PpoState,
  { paths, values, advantages, samples }: Minibatch,
  { train, rates }: { readonly train: Recorded; readonly rates: Rates },
): { state: PpoState; metrics: Metrics } {
  const chosen = chosenOf(policy, samples, weightsOf(policy, advantages, samples, options), {
    from: 0,
    to: samples.length,
  });
  const batch = actorBatch(policy, paths, chosen);
  const scheduled = scheduledOf(policy, state.iteration);
  const ofActor = differentiate(
    (params) => actorLoss(policy, { ...params, ...scheduled }, batch, options),
    state.actor,
  );
  const ofRows = {
    obs: gathered(paths.obs, chosen.row),
    returns: values.return.gather<tf.Tensor1D>(chosen.row),
    oldValue: values.value.gather<tf.Tensor1D>(chosen.row),
    weight: tf.ones<tf.Rank.R1>([samples.length]),
  };
  const ofCritic = differentiate(
    (params) => criticLoss((obs) => critic.apply(params, obs), ofRows, options),
    state.critic,
  );
  const [actorGradients, criticGradients] = [ofActor, ofCritic].map(
    ({ gradients }) => clipByGlobalNorm(gradients, train.max_grad_norm).gradients,
  );
  let [actor, actorState] = [state.actor, state.actorOptimizer];
  for (let step = 0; step < train.actor_update_epoch; step++) {
    [actor, actorState] = actorOptimizer.update(actorGradients, actorState, actor, rates.actor);
  }
  const { critic: valuing, criticOptimizer: criticState } = state;
  const learned = criticOptimizer.update(criticGradients, criticState, valuing, rates.critic);
  return {
    state: { ...state, actor, actorOptimizer: actorState, critic: learned[0], criticOptimizer: learned[1] },
    metrics: {
      'train/policy_gradient_loss': read(ofActor.policyLoss),
      'train/entropy': read(ofActor.entropy),
      'train/value_loss': read(ofCritic.valueLoss),
      'train/clip_fraction': read(ofActor.clipFraction),
      'train/ratio': read(ofActor.ratio),
      'train/approx_kl': read(ofActor.approxKl),
    },
  };
}

describeGolden(
  'agent_iteration',
  own,
  ({ cases }) => {
    it.for(cases)(
      'repeats whole iterations and ends in the same weights: $name',
      async (recorded, { skip }) => {
        const { inputs } = recorded;
        const { train } = inputs;
        // Adapted rates begin with those of the options, not with those of a schedule.
        let rates: Rates = { actor: train.actor_lr, critic: train.critic_lr };
        const { agent, policy, told, chunk } = recordedAgent(recorded, () => rates, skip);
        const algorithm = ppo(agent, told);
        const learner = learnerOf(agent, told);
        let state: PpoState = {
          ...algorithm.init(0),
          actor: flowParams(inputs.weights.actor_ft),
          critic: toTensors(inputs.weights.critic),
          rewardScale: rewardScale(inputs.n_envs),
        };
        state = {
          ...state,
          actorOptimizer: (agent.actorOptimizer ?? adamw()).init(state.actor),
          criticOptimizer: (agent.criticOptimizer ?? adamw()).init(state.critic),
        };
        for (const [i, iteration] of inputs.iterations.entries()) {
          const expected = rightOf(recorded).iterations[i];
          // The reference counts iterations of evaluation as well.
          state = { ...state, iteration: i };
          if (train.lr_schedule === 'fixed') rates = scheduledRates(train, i);
          const env = playback(iteration, chunk);
          // An evaluation goes with the mean.
          const { initial_noise: initial, step_noise: stepNoise = stillNoise(initial, policy.draws - 1) } =
            iteration;
          const random = playbackRandom({ ...iteration, initial_noise: initial, step_noise: stepNoise });
          const acting = state;
          const act = (obs: Parameters<typeof algorithm.act>[1]) => algorithm.act(acting, obs, random);
          const played = await collect(act, env, await begin(env), { steps: train.n_steps });
          const { states, logProb } = played.rollout.table;
          expect(states.data).toBeAllclose(expected.chains.data, chains);
          expect(logProb.data).toBeAllclose(clamped(expected.logprobs.data, inputs.options), { atol: 2e-4 });
          const value = (obs: tf.NamedTensorMap) => learner.value(state.critic, obs);
          const rollout = asTheReference(played.rollout, iteration);
          const known = valued(value, rollout, state.rewardScale, learner.options);
          expect(known.columns.value.data).toBeAllclose(expected.values.data, { atol: 1e-5 });
          if (iteration.eval_mode) continue;
          expect(known.columns.advantage.data).toBeAllclose(expected.advantages.data, { atol: 2e-4 });
          expect(known.columns.return.data).toBeAllclose(expected.returns.data, { atol: 2e-4 });

          const paths = pathTensors(rollout.table);
          const values = valueTensors(paths.obs, known.columns);
          const gradients = await learner.gradients.begin(experienceOf(rollout.table, known.columns));
          let number = 0;
          for (let epoch = 0; epoch < train.update_epochs; epoch++) {
            const order = part(iteration.permutations, epoch);
            // The last minibatch, which is shorter, counts too.
            for (let from = 0; from < order.length; from += train.batch_size) {
              const repeats = train.repeat_samples ? 10 : 1;
              const rows = Int32Array.from(order.subarray(from, from + train.batch_size), (n) =>
                Math.floor(n / repeats),
              );
              const minibatch = { advantages: known.columns.advantage.data, samples: rows };
              const wanted = expected.minibatches[number];
              if (train.lr_schedule === 'adaptive_kl' && number > 0) {
                rates = adaptedRates(rates, wanted.approx_kl, train.target_kl);
              }
              const next =
                train.actor_update_epoch === 1
                  ? await minibatchStep(learner, state, {
                      ...minibatch,
                      gradients,
                      number,
                      isFirst: number === 0,
                      random,
                    })
                  : byHand(learner, agent, state, { ...minibatch, paths, values }, { train, rates });
              expectLosses(next.metrics, wanted);
              state = next.state;
              number++;
            }
          }
          expect(number).toBe(expected.minibatches.length);
          state = { ...state, rewardScale: known.rewardScale };
          expectWeights(byTheirNames(state.actor), expected.actor_ft_after, 2e-4);
          expectWeights(state.critic, expected.critic_after, 2e-4);
          expect([rates.actor, rates.critic]).toBeAllclose([expected.actor_lr, expected.critic_lr]);
        }
      },
    );
  },
  reinflow,
);
