import {
  flowMatchingLoss,
  flowSampler,
  interpolate,
  pathLogProb,
  reinflowTimes,
  sampleChain,
  sampleStates,
} from '@dppo/diffusion';
import { adamw, annealed, differentiate } from '@dppo/optim';
import {
  describeGolden,
  type Golden,
  type GoldenArray,
  type GoldenCase,
  reinflow,
  type Skip,
  toTensor,
  toTensors,
} from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { recordedFlow } from '../../nn/test/flow.ts';
import { expectGradients } from '../../nn/test/golden.ts';
import { flowParams, recordedFlowPolicy, rightOf } from '../test/recorded-flow.ts';
import { betaTime, type DrawTime, logitNormalTime, uniformTime } from './flow-matching.ts';
import { decayedStd } from './policies/decayed-std.ts';
import { adaptedRate } from './ppo/actor-rate.ts';

const own = new URL('../golden/', import.meta.url);
const chains = { atol: 1e-4, rtol: 0 };
// Relative to 1, or to the number where that is larger: a clamped action may lie many deviations from its mean.
const logProbs = { atol: 1e-4, rtol: 1e-4 };

/** What each way of drawing times makes of the number that was drawn, and that number of what ours draw. */
const times: Readonly<Record<string, (raw: number) => number>> = {
  uniform: (u) => drawn(uniformTime, { uniform: u }),
  beta: (b) => drawn(betaTime, { uniform: b ** 1.5 }),
  logitnormal: (z) => drawn(logitNormalTime, { normal: z }),
};

function drawn(draw: DrawTime, { uniform = NaN, normal = NaN }): number {
  return draw({ uniform: () => uniform, normal: () => Float32Array.of(normal) });
}

describeGolden(
  'pretrain',
  own,
  ({ cases }) => {
    it.for(cases)('repeats times, losses, gradients and weights: $name', (recorded, { skip }) => {
      const { inputs } = recorded;
      const [{ state: shape, x1 }] = inputs.batches;
      const network = recordedFlow(inputs.constructor, shape, x1.shape[1], skip);
      const timeOf = times[inputs.sample_t_type] ?? skip(`times ${inputs.sample_t_type} are not supported`);
      const optimizer = adamw({ weightDecay: inputs.weight_decay });
      let params = toTensors(inputs.weights);
      let state = optimizer.init(params);
      for (const [n, each] of inputs.batches.entries()) {
        const expected = rightOf(recorded).steps[n];
        const time = tf.tensor1d(Float32Array.from(each.t_raw.data, timeOf));
        expect(time).toBeAllclose(expected.t.data);
        const batch = {
          actions: toTensor<tf.Tensor3D>(each.x1),
          noise: toTensor<tf.Tensor3D>(each.x0),
          time,
        };
        expect(interpolate(batch)).toBeAllclose(expected.xt.data, { atol: 1e-5 });
        const obs = { state: toTensor<tf.Tensor3D>(each.state) };
        const { loss, gradients } = differentiate(
          (weights) => ({ loss: flowMatchingLoss(network.apply(weights, obs), batch) }),
          params,
        );
        expect(loss).toBeAllclose(expected.loss.data, { atol: 1e-5 });
        expectGradients(gradients, expected.param_grads);
        [params, state] = optimizer.update(gradients, state, params, inputs.lr);
      }
      const after: Record<string, GoldenArray> = rightOf(recorded).steps.at(-1).params_after;
      expect(Object.keys(after)).toEqual(Object.keys(params));
      for (const [name, { data }] of Object.entries(after)) {
        expect(params[name], name).toBeAllclose(data, { atol: 1e-5 });
      }
    });
  },
  reinflow,
);

/** The chain of a case, and the times that it was asked at. */
const chainOf = ({ inputs }: GoldenCase, skip: Skip, grid: { times?: readonly number[] }) => {
  const network = recordedFlow(inputs.constructor, inputs.state, inputs.z.shape[1], skip);
  const velocity = network.apply(toTensors(inputs.weights), { state: toTensor(inputs.state) });
  const [, bound] = inputs.act_range;
  const clipMean = inputs.clip_intermediate_actions ? bound : Infinity;
  const flow = flowSampler(inputs.inference_steps, 0, { clipMean, ...grid });
  const chain = sampleStates(flow, velocity, toTensor(inputs.z), undefined, { clipAction: bound });
  return { chain, grid: flow.times };
};

describeGolden(
  'sample',
  own,
  ({ cases }) => {
    it.for(cases)(
      'repeats the chain, velocities asked where the steps begin: $name',
      (recorded, { skip }) => {
        const { chain, grid } = chainOf(recorded, skip, {});
        expect(grid).toBeAllclose(rightOf(recorded).t_grid);
        expect(chain).toBeAllclose(rightOf(recorded).chains.data, chains);
      },
    );

    it.for(cases)("repeats the reference's chain at its own times: $name", (recorded, { skip }) => {
      const ownTimes = reinflowTimes(recorded['inputs'].inference_steps);
      const { chain, grid } = chainOf(recorded, skip, { times: ownTimes });
      expect(grid).toBeAllclose(recorded['outputs'].t_grid);
      expect(chain).toBeAllclose(recorded['outputs'].chains.data, chains);
    });
  },
  reinflow,
);

/** Moments of each step, one after another [B, K, …]. */
const stacked = (each: (tf.Tensor | number)[]) =>
  tf.stack(
    each.map((one) => tf.add(one, 0)),
    1,
  );

describeGolden(
  'rollout',
  own,
  ({ cases }) => {
    it.for(cases)('repeats chain, log-probabilities and entropy: $name', (recorded, { skip }) => {
      const { inputs } = recorded;
      const right = rightOf(recorded);
      const { state: shape, initial_noise: initial, step_noise: drawnNoise } = inputs;
      const given = {
        state: shape,
        horizonSteps: initial.shape[1],
        skip,
        withStart: inputs.account_for_initial_stochasticity,
        clipMean: inputs.clip_intermediate_actions ? inputs.options.denoised_clip_value : Infinity,
      };
      const { policy, made } = recordedFlowPolicy(inputs, given);
      const params = flowParams(inputs.weights);
      const obs = { state: toTensor<tf.Tensor3D>(shape) };
      const start = toTensor<tf.Tensor3D>(initial);
      // An evaluation goes with the mean.
      const steps = toTensor<tf.Tensor4D>(drawnNoise).mul<tf.Tensor4D>(inputs.eval_mode ? 0 : 1);
      const noise = tf.concat<tf.Tensor4D>([start.expandDims(0), steps]);
      const { states, logProb } = policy.act(params, obs, noise);
      expect(states).toBeAllclose(right.chains.data, chains);
      expect(logProb).toBeAllclose(right.logprob_while_sampling.data, logProbs);
      const best = inputs.eval_mode ? policy.best(params, obs, noise) : states.slice([0, made.steps]);
      expect(best).toBeAllclose(right.actions.data, chains);

      const first = tf.zeros<tf.Rank.R1>([start.shape[0]], 'int32');
      const scored = (more: object) => {
        const { policy: other } = recordedFlowPolicy(inputs, { ...given, ...more });
        return other.logProb(params, obs, { states: toTensor(right.chains), first });
      };
      // As sampled, and without the floor, as the reference scores (its defect F2).
      expect(scored({}).logProb).toBeAllclose(right.logprob_while_sampling.data, logProbs);
      const { logProb: again, entropy } = scored({ floor: 0 });
      expect(again).toBeAllclose(right.logprob_recomputed.data, logProbs);
      expect(entropy).toBeAllclose([meanOf(right.entropy_rate.data)], { atol: 1e-4 });
      const sums = scored({ floor: 0, meanOfSteps: false, meanOfElements: false });
      expect(sums.logProb).toBeAllclose(right.logprob_recomputed_sum.data, { atol: 1e-3, rtol: 1e-4 });
      expect(sums.entropy).toBeAllclose([meanOf(right.entropy_rate_sum.data)], { atol: 1e-3 });
    });

    it.for(cases)('repeats mean, deviation and density of each step: $name', (recorded, { skip }) => {
      const { inputs } = recorded;
      const right = rightOf(recorded);
      const { state: shape, initial_noise: initial } = inputs;
      const { made } = recordedFlowPolicy(inputs, { state: shape, horizonSteps: initial.shape[1], skip });
      const params = flowParams(inputs.weights);
      const obs = { state: toTensor<tf.Tensor3D>(shape) };
      const { noise } = made;
      if (typeof noise !== 'object') return;
      const { min, max } = noise;
      const sigma = noise.network.apply({}, params, obs);
      const clipMean = inputs.clip_intermediate_actions ? inputs.options.denoised_clip_value : Infinity;
      const flow = flowSampler(made.steps, (step) => sigma(step, { min, max: Number(max) }), { clipMean });
      const velocity = made.network.apply(params, obs);
      const states = toTensor<tf.Tensor4D>(right.chains).unstack<tf.Tensor3D>(1);
      const moments = flow.times.map((time, k) => flow.moments(k, velocity(states[k], time), states[k]));
      expect(stacked(moments.map(({ mean }) => mean))).toBeAllclose(right.step_means.data, chains);
      expect(stacked(moments.map(({ std }) => std))).toBeAllclose(right.step_stds.data, { atol: 1e-5 });
      const steps = toTensor<tf.Tensor4D>(inputs.step_noise).unstack<tf.Tensor3D>();
      const draw = inputs.eval_mode ? () => tf.zerosLike(states[0]) : () => steps.shift() ?? states[0];
      const bounds = { clipNoise: made.clipNoise, clipAction: made.clipAction };
      const drawnChain = sampleChain(flow, velocity, states[0], draw, bounds);
      const terms = drawnChain.logProbs
        .unstack<tf.Tensor3D>(1)
        .map((each) =>
          pathLogProb(each.expandDims<tf.Tensor4D>(1), { meanOfSteps: false, meanOfElements: false }),
        );
      const recordedTerms = toTensor<tf.Tensor2D>(right.logprob_terms).slice([0, 1]);
      expect(tf.stack(terms, 1)).toBeAllclose(recordedTerms, { atol: 1e-3, rtol: 1e-4 });
    });
  },
  reinflow,
);

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The noise range, generic schedules and adapted rates by their kinds: what was recorded, of ours. */
const schedules: Readonly<Record<string, (inputs: GoldenCase['inputs']) => (n: number) => number>> = {
  cosine: ({ max, min, hold_steps: holdSteps, anneal_steps: annealSteps }) =>
    annealed({ max, min, holdSteps, annealSteps }),
  cosine_warmup: ({
    max,
    min,
    warmup_steps: warmupSteps,
    hold_steps: holdSteps,
    anneal_steps: annealSteps,
  }) => annealed({ max, min, warmupSteps, holdSteps, annealSteps }),
  constant_warmup: ({ max, min, warmup_steps: warmupSteps }) => annealed({ max, min, warmupSteps }),
  linear: ({ max, min, hold_steps: holdSteps, anneal_steps: annealSteps }) =>
    annealed({ max, min, holdSteps, annealSteps, shape: (u) => 1 - u }),
  learn_decay: ({ max_std: max, min_std: min, n_train_itr: iterations, ...ratios }) => {
    const { max_noise_hold_ratio: hold, max_noise_decay_ratio: decay } = ratios;
    const at = decayedStd({ min, max, iterations, hold, decay });
    // Recorded after an iteration, in force in the next.
    return (n) => at(n + 1);
  },
};

const isRates = ({ inputs }: GoldenCase): boolean => inputs.kind === 'adaptive_kl';

describeGolden(
  'schedules',
  own,
  ({ cases }) => {
    const exact = { atol: 1e-12, rtol: 1e-11 };

    it.for(cases.filter((each) => !isRates(each)))('$name', ({ inputs, outputs }, { skip }) => {
      const make = schedules[inputs.kind] ?? skip(`schedule ${inputs.kind} is not supported`);
      const { data }: { data: Float64Array } = outputs.value ?? outputs.max_std_after_iteration;
      expect(Array.from(data, (_, n) => make(inputs)(n))).toBeAllclose(data, exact);
    });

    it.for(cases.filter(isRates))('$name', ({ inputs, outputs }) => {
      let [actor, critic] = [inputs.actor_lr, inputs.critic_lr];
      const rates = inputs.approx_kl.flatMap((kl: number) => {
        actor = adaptedRate(actor, kl, inputs.target_kl, { max: 5e-4 });
        critic = adaptedRate(critic, kl, inputs.target_kl, { max: 1e-3 });
        return [actor, critic];
      });
      expect(rates).toBeAllclose(outputs.lr.data, exact);
    });
  },
  reinflow,
);

/** Algorithms that we do not have. */
const absent = {
  fql: reinflow,
  fpo: { ...reinflow, reference: 'FPO' },
  dsrl: { ...reinflow, reference: 'DSRL' },
};

const without = ({ cases }: Golden): void => {
  it.for(cases)('$name', (_, { skip }) => skip('this algorithm is not here'));
};

for (const [file, source] of Object.entries(absent)) describeGolden(file, undefined, without, source);
