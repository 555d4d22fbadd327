import {
  chainLogProbs,
  cosineSchedule,
  ddimSampler,
  ddimSteps,
  ddimTimes,
  ddpmSteps,
  pseudoinverseGuide,
  type Sampler,
  type SampleOptions,
  sample,
  tableSampler,
} from '@dppo/diffusion';
import { childSeed } from '@dppo/env';
import { denoiserMlp, etaStateAction } from '@dppo/nn';
import { differentiate } from '@dppo/optim';
import { cloningLoss } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { seeded } from '../randomness.ts';
import { explore } from '../rollout/explore.ts';
import { diffusionPolicy, type DiffusionPolicyOptions, type LearnedSampler } from './diffusion.ts';
import type { Policy } from './policy.ts';

const [rows, steps, horizonSteps, actionDim] = [5, 4, 3, 2];
const network = denoiserMlp({ obsDim: 2, actionDim, horizonSteps, timeDim: 4, hidden: [8, 8, 8] });
const eta = etaStateAction({ obsDim: 2, actionDim, hidden: [4], base: 0.7 });
const times = ddimTimes(cosineSchedule(20), steps);
const learned: LearnedSampler = { eta, of: (value) => ddimSampler(times, value) };
const samplers: Readonly<Record<string, Sampler | LearnedSampler>> = {
  'a table': tableSampler(ddpmSteps(cosineSchedule(steps))),
  DDIM: ddimSampler(times, 0.6),
  'a learned eta': learned,
};
const every = Object.entries(samplers);
const exactly = { atol: 0, rtol: 0 };

/** A policy whose trained network is another than the frozen one. */
function made(options: Partial<DiffusionPolicyOptions> = {}) {
  const frozen = network.init(1);
  const given = { network, frozen, sampler: learned, horizonSteps, actionDim, ...options };
  const policy = diffusionPolicy(given);
  return { policy, frozen, params: { ...policy.init(3), ...network.init(2) } };
}

const seen = () => ({ state: tf.randomNormal<tf.Rank.R3>([rows, 1, 2], 0, 1, 'float32', 1) });
const drawn = (seed = 2): tf.Tensor4D =>
  tf.randomNormal([steps + 1, rows, horizonSteps, actionDim], 0, 1, 'float32', seed);

/** Sample `first` of every path. */
const pairs = (states: tf.Tensor4D, first: number) => ({
  states: states.slice([0, first], [-1, 2]),
  first: tf.tensor1d(new Int32Array(states.shape[0]).fill(first), 'int32'),
});
const scored = (policy: Policy, params: tf.NamedTensorMap, states: tf.Tensor4D, first: number) =>
  policy.logProb(params, seen(), pairs(states, first));

const withSameStart = () => tf.concat<tf.Tensor4D>([drawn().slice(0, 1), drawn(7).slice(1)]);
/** The frozen network's steps, then the trained one's. */
const composed = (by: Sampler, { frozen, params }: ReturnType<typeof made>, guided: SampleOptions = {}) => {
  const [start, ...rest] = drawn().unstack<tf.Tensor3D>();
  const next = () => rest.shift() ?? expect.unreachable();
  const middle = sample(by, network.apply(frozen, seen()), start, next, { ...guided, clipNoise: 3, to: 2 });
  return sample(by, network.apply(params, seen()), middle, next, { ...guided, clipNoise: 3, from: 2 });
};

describe.each(every)('a diffusion policy of %s', (_, sampler) => {
  it.each([1, 2, 3, 4])(
    'finds what it drew as likely as it did then, of its last %i steps',
    (ftDenoisingSteps) => {
      const { policy, params } = made({ sampler, ftDenoisingSteps, rewardHorizon: 2, logProbMinStd: 0.2 });
      const { states, logProb } = policy.act(params, seen(), drawn());
      expect(states.shape).toEqual([rows, ftDenoisingSteps + 1, horizonSteps, actionDim]);
      for (let first = 0; first < ftDenoisingSteps; first++) {
        const then = logProb.slice([0, first], [-1, 1]).reshape<tf.Tensor1D>([-1]);
        const ratio = scored(policy, params, states, first).logProb.sub(then).exp();
        expect(ratio).toBeAllclose(new Float32Array(rows).fill(1), { atol: 1e-6, rtol: 0 });
      }
    },
  );

  it('begins as the frozen policy, from the noise, through the states of the frozen network', () => {
    // The floor is above most of the deviations, of all steps.
    const { policy } = made({ sampler, minStd: 0.5 });
    const start = { ...policy.init(3) };
    const whole = policy.act(start, seen(), drawn()).states;
    expect(whole.slice([0, 0], [-1, 1])).toBeAllclose(drawn().slice(0, 1), exactly);
    const late = made({ sampler, minStd: 0.5, ftDenoisingSteps: 2 });
    expect(late.policy.act(start, seen(), drawn()).states).toBeAllclose(whole.slice([0, 2]), exactly);
    const trained = late.policy.act(late.params, seen(), drawn()).states;
    expect(trained.slice([0, 0], [-1, 1])).toBeAllclose(whole.slice([0, 2], [-1, 1]), exactly);
    expect(
      trained
        .slice([0, 1])
        .sub(whole.slice([0, 3]))
        .abs()
        .max()
        .dataSync()[0],
    ).toBeGreaterThan(1e-3);
  });

  it('bounds the action, and the noise of its steps but not that of its start', () => {
    const { policy, params } = made({ sampler, ftDenoisingSteps: 1, clipAction: 0.2, clipNoise: 1e-6 });
    for (const action of [
      policy.act(params, seen(), drawn()).states.slice([0, 1]),
      policy.best(params, seen(), drawn()),
    ]) {
      expect(action.abs().max().dataSync()[0]).toBe(Math.fround(0.2));
    }
    const noise = tf.concat([drawn().slice(0, 1), drawn(7).slice(1)]);
    const [one, other] = [drawn(), noise].map((each) => policy.act(params, seen(), each).states);
    expect(one).toBeAllclose(other, { atol: 1e-5 });
  });
});

describe('a policy whose chunks begin in the past', () => {
  it('acts from the present on, along the same path as one that executes all', () => {
    const [whole, ahead] = [made(), made({ firstAction: 1 })].map(({ policy, params }) => ({
      best: policy.best(params, seen(), drawn()),
      path: policy.act(params, seen(), drawn()),
      policy,
    }));
    expect(ahead.best).toBeAllclose(whole.best.slice([0, 1]), exactly);
    expect(ahead.path.states).toBeAllclose(whole.path.states, exactly);
    expect(ahead.policy.firstAction).toBe(1);
    expect(whole.policy.firstAction).toBeUndefined();
  });

  it('explores the chunk from the present on', () => {
    const { policy, params } = made({ firstAction: 1 });
    const obs = { 'obs.state': { shape: [1, 2], data: Float32Array.from(seen().state.dataSync()) } };
    const { action, states } = explore(policy, params, obs, seeded(1, 'test'));
    expect(action.shape).toEqual([horizonSteps - 1, actionDim]);
    const all = tf.tensor(states.data, [rows, steps + 1, horizonSteps, actionDim]);
    const executed = all.slice([0, steps, 1], [-1, 1, -1]).dataSync();
    expect(Array.from(action.data)).toEqual(Array.from(executed));
  });

  it('is as likely as what it executes: the log-probability is that of its actions from the present on', () => {
    const { policy, params } = made({ firstAction: 1, rewardHorizon: 1 });
    const { states } = policy.act(params, seen(), drawn());
    const other = states.add(
      tf.tensor4d([1, 0, 1], [1, 1, horizonSteps, 1]).mul(tf.ones([1, 1, 1, actionDim])),
    );
    const moved = states.slice([0, 0], [-1, 1]).concat(other.slice([0, 1], [-1, 1]), 1) as tf.Tensor4D;
    // Only the actions before the present and after the horizon have moved.
    expect(scored(policy, params, moved, 0).logProb).toBeAllclose(
      scored(policy, params, states, 0).logProb,
      exactly,
    );
    const whole = made({ rewardHorizon: 1 }).policy;
    const [one, two] = [moved, states].map((each) => scored(whole, params, each, 0).logProb);
    expect(one.sub(two).abs().min().dataSync()[0]).toBeGreaterThan(0.01);
  });

  it('refuses a first action that a chunk does not have, and a horizon that reaches beyond its end', () => {
    expect(() => made({ firstAction: horizonSteps })).toThrow(
      `diffusionPolicy: firstAction is ${horizonSteps}, wanted a whole number in 0 … ${horizonSteps - 1}`,
    );
    expect(() => made({ firstAction: 1, rewardHorizon: horizonSteps })).toThrow(
      `diffusionPolicy: rewardHorizon is ${horizonSteps}, wanted a whole number in 1 … ${horizonSteps - 1}`,
    );
  });
});

describe('best', () => {
  it.each([
    ['DDIM without noise', tableSampler(ddimSteps(cosineSchedule(20), steps))],
    ['a learned eta', learned],
  ])('does not explore with %s: no noise but that of its start matters', (_, sampler) => {
    const { policy, params } = made({ sampler, ftDenoisingSteps: 2 });
    const [one, other] = [drawn(), withSameStart()].map((noise) => policy.best(params, seen(), noise));
    // The σ of a tensor η of 0 is 1e-10.
    expect(one).toBeAllclose(other, { atol: 1e-6, rtol: 0 });
    const [act, differs] = [drawn(), withSameStart()].map(
      (noise) => policy.act(params, seen(), noise).states,
    );
    expect(act.sub(differs).slice([0, 1]).abs().min().dataSync()[0]).toBeGreaterThan(1e-6);
  });

  it('is the sampler itself where it has noise of its own, without the floor', () => {
    const sampler = tableSampler(ddpmSteps(cosineSchedule(steps)));
    const own = made({ sampler, ftDenoisingSteps: 2, minStd: 0.5 });
    expect(own.policy.best(own.params, seen(), drawn())).toBeAllclose(composed(sampler, own), exactly);
  });

  it('is another sampler where one is given', () => {
    const quiet = ddimSampler(times, 0.3);
    const own = made({ quiet, ftDenoisingSteps: 2 });
    expect(own.policy.best(own.params, seen(), drawn())).toBeAllclose(composed(quiet, own), exactly);
  });
});

describe('guided', () => {
  it('is best where all weights are 0, and the quiet sampler with the guide in all its steps', () => {
    const quiet = ddimSampler(times, 0.3);
    const own = made({ quiet, ftDenoisingSteps: 2, clipAction: 0.8 });
    const chunk = tf.randomUniform<tf.Rank.R3>([rows, horizonSteps, actionDim], -1, 1, 'float32', 5);
    const pulled = (weight: number) => {
      const target = { chunk, weights: tf.ones([1, horizonSteps, 1]).mul<tf.Tensor3D>(weight), maxWeight: 5 };
      return own.policy.guided?.(own.params, seen(), drawn(), target).dataSync();
    };
    expect(pulled(0)).toEqual(own.policy.best(own.params, seen(), drawn()).dataSync());
    const guide = pseudoinverseGuide({ chunk, weights: tf.ones([1, horizonSteps, 1]), maxWeight: 5 });
    const wanted = composed(quiet, own, { guide }).clipByValue(-0.8, 0.8);
    expect(pulled(1)).toEqual(wanted.dataSync());
  });
});

describe('logProb', () => {
  it('is by hand the density of a step under its own floor', () => {
    // ε̂ = 0, x = 0.4: x̂₀ = 0.8, mean 0.8 / 2 + 0.4 / 4 = 0.5; z = 5 is clamped to 3, times σ_exp = 0.1: 0.8.
    // ln p = −(0.3 / 0.2)² / 2 − ln 0.2 − ½ ln 2π = −0.4345006, with σ_prob = 0.2.
    const policy = diffusionPolicy({
      network: { init: () => ({}), apply: () => (x) => tf.zerosLike(x) },
      frozen: {},
      sampler: tableSampler([{ time: 0, alphaBar: 0.25, x0Coef: 0.5, xCoef: 0.25, std: 0 }]),
      logProbMinStd: 0.2,
      horizonSteps: 1,
      actionDim: 1,
    });
    const { states, logProb } = policy.act({}, {}, tf.tensor4d([0.4, 5], [2, 1, 1, 1]));
    expect(states).toBeAllclose([0.4, 0.8]);
    expect(logProb).toBeAllclose([-0.4345006]);
    expect(policy.logProb({}, {}, pairs(states, 0)).logProb).toBeAllclose([-0.4345006]);
  });

  it('is of the first rewardHorizon actions that a step leads to, and of no later one', () => {
    const { policy, params } = made({ rewardHorizon: 2 });
    const { states } = policy.act(params, seen(), drawn());
    const moved = (action: number) =>
      states.add<tf.Tensor4D>(
        // In the second state alone, which the first step leads to.
        tf
          .oneHot(tf.scalar(1, 'int32'), steps + 1)
          .reshape([-1, 1, 1])
          .mul(tf.oneHot(tf.scalar(action, 'int32'), horizonSteps).reshape([1, -1, 1]).mul(0.1)),
      );
    const [as, one, two] = [states, moved(1), moved(2)].map(
      (each) => scored(policy, params, each, 0).logProb,
    );
    expect(two).toBeAllclose(as, exactly);
    expect(one.sub(as).abs().min().dataSync()[0]).toBeGreaterThan(1e-3);
  });

  it('has the mean of a learned eta as entropy, and 1 where none is learned', () => {
    const { policy, params } = made();
    const { states } = policy.act(params, seen(), drawn());
    const etaParams = Object.fromEntries(
      Object.entries(params).flatMap(([name, weight]) =>
        name.startsWith('eta.') ? [[name.slice(4), weight]] : [],
      ),
    );
    const { entropy } = scored(policy, params, states, 0);
    expect(entropy).toBeAllclose(eta.apply(etaParams, seen()).mean());
    const fixed = made({ sampler: ddimSampler(times, 0.7) });
    expect(scored(fixed.policy, fixed.params, states, 0).entropy).toBeAllclose([1], exactly);
  });

  it.each(['logProb', 'entropy'] as const)('has a gradient of %s by every parameter of eta', (name) => {
    const { policy, params } = made();
    const { states } = policy.act(params, seen(), drawn());
    const { gradients } = differentiate(
      (weights) => ({ loss: scored(policy, weights, states, 1)[name].mean() }),
      params,
    );
    for (const own of Object.keys(params).filter((each) => each.startsWith('eta.'))) {
      expect(gradients[own].abs().max().dataSync()[0], own).toBeGreaterThan(1e-6);
    }
  });
});

describe('cloningLoss', () => {
  it('is −ln p of the paths that the frozen network draws, whose gradient does not flow through the paths', () => {
    const { policy, params, frozen } = made({ ftDenoisingSteps: 3, rewardHorizon: 1, logProbMinStd: 0.3 });
    const noise = drawn();
    const { states } = policy.act({ ...params, ...frozen }, seen(), noise);
    const wanted = (weights: tf.NamedTensorMap): tf.Scalar => {
      const own = Object.entries(weights).filter(([name]) => name.startsWith('eta.'));
      const by = learned.of(
        eta.apply(Object.fromEntries(own.map(([name, w]) => [name.slice(4), w])), seen()),
      );
      // Of all actions of the chunk, whatever the reward horizon.
      return cloningLoss(chainLogProbs(by, network.apply(weights, seen()), states, { from: 1, minStd: 0.3 }));
    };
    const ours = differentiate(
      (w) => ({ loss: policy.cloningLoss?.(w, seen(), noise) ?? tf.scalar(NaN) }),
      params,
    );
    const theirs = differentiate((w) => ({ loss: wanted(w) }), params);
    expect(ours.loss).toBeAllclose(theirs.loss);
    expect(Object.keys(ours.gradients)).toEqual(Object.keys(theirs.gradients));
    for (const [name, gradient] of Object.entries(theirs.gradients)) {
      expect(ours.gradients[name], name).toBeAllclose(gradient);
    }
  });
});

it('begins with the frozen parameters and those of eta, copies of its own', () => {
  const { policy, frozen } = made();
  const params = policy.init(3);
  expect(Object.keys(params)).toEqual([
    ...Object.keys(frozen),
    ...Object.keys(eta.init(3)).map((name) => `eta.${name}`),
  ]);
  for (const [name, weight] of Object.entries(eta.init(childSeed(3, 'eta')))) {
    expect(params[`eta.${name}`]).toBeAllclose(weight, exactly);
  }
  tf.dispose(params);
  expect(() => tf.dispose(policy.init(3))).not.toThrow();
});

it.each<[wrong: Partial<DiffusionPolicyOptions>, message: string]>([
  [{ ftDenoisingSteps: 0 }, 'ftDenoisingSteps is 0, wanted a whole number in 1 … 4'],
  [{ ftDenoisingSteps: 5 }, 'ftDenoisingSteps is 5, wanted a whole number in 1 … 4'],
  [{ ftDenoisingSteps: 1.5 }, 'ftDenoisingSteps is 1.5, wanted a whole number in 1 … 4'],
  [{ rewardHorizon: 4 }, 'rewardHorizon is 4, wanted a whole number in 1 … 3'],
  [{ quiet: tableSampler(ddpmSteps(cosineSchedule(3))) }, 'quiet has 3 steps, wanted 4 as the sampler has'],
])('refuses %o', (wrong, message) => {
  expect(() => made(wrong)).toThrow(new RangeError(`diffusionPolicy: ${message}`));
});
