import { chainLogProbs, flowSampler, sample, sampleStates } from '@dppo/diffusion';
import { childSeed } from '@dppo/env';
import { flowMlp, noiseMlp } from '@dppo/nn';
import { differentiate } from '@dppo/optim';
import { cloningLoss } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { expectPulled } from '../../test/pulled.ts';
import { members } from '../members.ts';
import { flowPolicy, type FlowPolicyOptions, type LearnedNoise } from './flow.ts';
import type { Policy } from './policy.ts';

const [rows, horizonSteps, actionDim] = [5, 3, 2];
const network = flowMlp({ obsDim: 2, actionDim, horizonSteps, timeDim: 4, hidden: [8, 8, 8] });
const learned = (steps: number): LearnedNoise => ({
  network: noiseMlp({ flow: network, steps, hidden: [6] }),
  min: 0.1,
  max: 0.24,
});
const exactly = { atol: 0, rtol: 0 };

/** A policy of K steps whose trained velocity is another than the frozen one. */
function made(steps: number, options: Partial<FlowPolicyOptions> = {}) {
  const frozen = network.init(1);
  const given = { network, frozen, steps, noise: learned(steps), horizonSteps, actionDim, ...options };
  const policy = flowPolicy(given);
  return { policy, frozen, params: { ...policy.init(3), ...network.init(2) } };
}

const seen = () => ({ state: tf.randomNormal<tf.Rank.R3>([rows, 1, 2], 0, 1, 'float32', 1) });
const drawn = (steps: number, seed = 2): tf.Tensor4D =>
  tf.randomNormal([steps + 1, rows, horizonSteps, actionDim], 0, 1, 'float32', seed);
const scored = (policy: Policy, params: tf.NamedTensorMap, states: tf.Tensor4D) =>
  policy.logProb(params, seen(), { states, first: tf.zeros([rows], 'int32') });
const everyCount = Array.from({ length: 20 }, (_, i) => i + 1);

describe('a flow policy', () => {
  it.each(everyCount)('finds a path of %i steps as likely as when it drew it', (steps) => {
    const { policy, params } = made(steps);
    const { states, logProb } = policy.act(params, seen(), drawn(steps));
    expect(states.shape).toEqual([rows, steps + 1, horizonSteps, actionDim]);
    const ratio = scored(policy, params, states)
      .logProb.sub(logProb.squeeze([1]))
      .exp();
    expect(ratio).toBeAllclose(new Float32Array(rows).fill(1), { atol: 1e-6, rtol: 0 });
  });

  it('goes through the states of its own means and noise, which is bounded, to a bounded action', () => {
    // Means, noise and action of one step by hand: a velocity of 3 takes 0.5 to 3.5, clamped to 1.2; z = 5 is clamped to 2: 1.2 + 0.2.
    const three: FlowPolicyOptions['network'] = {
      init: () => ({}),
      apply: () => (x) => tf.onesLike(x).mul(3),
    };
    const bounds = { network: three, frozen: {}, noise: 0.1, clipMean: 1.2, clipNoise: 2 };
    const own = { horizonSteps: 1, actionDim: 1, ...bounds };
    const noise = tf.tensor4d([0.5, 5], [2, 1, 1, 1]);
    const at = (clipAction: number) => {
      const { policy } = made(1, { ...own, clipAction });
      return { ...policy.act({}, {}, noise), best: policy.best({}, {}, noise) };
    };
    expect(at(9).states).toBeAllclose([0.5, 1.4]);
    expect(at(1.3).states).toBeAllclose([0.5, 1.3]);
    expect(at(9).best).toBeAllclose([1.2]);
    expect(at(1).best).toBeAllclose([1]);
    // (−½ · 0.5² − ½ ln 2π − ½ · 2² − ln 0.1 − ½ ln 2π) / 2 = (−1.0439385 − 0.6163534) / 2.
    expect(at(9).logProb).toBeAllclose([(-1.0439385 - 0.6163534) / 2]);
  });

  it('is without noise its own best, the flow that begins at the same start', () => {
    const { policy, params } = made(4, { noise: 1e-7 });
    const best = policy.best(params, seen(), drawn(4));
    const flow = flowSampler(4, 0, { clipMean: 1 });
    const start = drawn(4).slice(0, 1).squeeze<tf.Tensor3D>([0]);
    const still = sample(flow, network.apply(params, seen()), start, undefined, { clipAction: 1 });
    expect(best).toBeAllclose(still, exactly);
    expect(policy.act(params, seen(), drawn(4)).states.slice([0, 4])).toBeAllclose(best, { atol: 1e-5 });
    const otherNoise = tf.concat<tf.Tensor4D>([drawn(4).slice(0, 1), drawn(4, 9).slice(1)]);
    expect(policy.best(params, seen(), otherNoise)).toBeAllclose(best, exactly);
  });

  it('begins with the frozen velocity and a fresh noise network, copies of its own', () => {
    const { policy, frozen } = made(4);
    const params = policy.init(3);
    const noise = learned(4).network.init(childSeed(3, 'noise'));
    const names = Object.keys(noise).map((name) => `noise.${name}`);
    expect(Object.keys(params)).toEqual([...Object.keys(frozen), ...names]);
    for (const [name, weight] of Object.entries(members(params, 'noise.'))) {
      expect(weight, name).toBeAllclose(noise[name], exactly);
    }
    tf.dispose(params);
    expect(() => tf.dispose(policy.init(3))).not.toThrow();
    expect(Object.keys(made(4, { noise: 0.2 }).policy.init(3))).toEqual(Object.keys(frozen));
  });
});

describe('logProb', () => {
  it('is a mean over steps and elements, or a sum, with the start as one more step, or without', () => {
    const { params } = made(4);
    const path = made(4).policy.act(params, seen(), drawn(4)).states;
    const of = (options: Partial<FlowPolicyOptions>) => scored(made(4, options).policy, params, path).logProb;
    const sums = { meanOfSteps: false, meanOfElements: false };
    const size = horizonSteps * actionDim;
    expect(of({})).toBeAllclose(of(sums).div(5 * size), { atol: 1e-5 });
    expect(of({ withStart: false })).toBeAllclose(of({ ...sums, withStart: false }).div(4 * size), {
      atol: 1e-5,
    });
    // −½x² − ½ ln 2π of each element of the start.
    const start = path
      .slice([0, 0], [-1, 1])
      .square()
      .sum([1, 2, 3])
      .mul(-0.5)
      .sub(size * 0.9189385);
    expect(of(sums).sub(of({ ...sums, withStart: false }))).toBeAllclose(start, { atol: 1e-4 });
  });

  it('is clamped, when drawn and when scored, and has no gradient beyond the bounds', () => {
    const { params } = made(4);
    const free = made(4).policy.act(params, seen(), drawn(4));
    const middle = free.logProb.mean().dataSync()[0];
    const { policy } = made(4, { maxLogProb: middle });
    const { states, logProb } = policy.act(params, seen(), drawn(4));
    expect(logProb).toBeAllclose(free.logProb.minimum(middle), exactly);
    expect(scored(policy, params, states).logProb).toBeAllclose(logProb.squeeze([1]));
    const { policy: killed } = made(4, { minLogProb: middle + 10, maxLogProb: middle + 11 });
    const { gradients } = differentiate(
      (weights) => ({ loss: scored(killed, weights, states).logProb.mean() }),
      params,
    );
    const largest = Object.values(gradients).map((gradient) => gradient.abs().max().dataSync()[0]);
    expect(Math.max(...largest)).toBe(0);
  });

  it('has the entropy of the noise, and gradients of both by every parameter of the noise network', () => {
    const { policy, params } = made(4);
    const { states } = policy.act(params, seen(), drawn(4));
    // Within that of the bounds: (½ ln 2πe · 5 + 4 ln σ) / 5.
    const entropy = scored(policy, params, states).entropy.dataSync()[0];
    expect(entropy).toBeGreaterThan(1.4189385 + (4 * Math.log(0.1)) / 5);
    expect(entropy).toBeLessThan(1.4189385 + (4 * Math.log(0.24)) / 5);
    const fixed = made(4, { noise: 0.2 });
    expect(scored(fixed.policy, fixed.params, states).entropy).toBeAllclose([
      1.4189385 + (4 * Math.log(0.2)) / 5,
    ]);
    for (const what of ['logProb', 'entropy'] as const) {
      const { gradients } = differentiate(
        (weights) => ({ loss: scored(policy, weights, states)[what].mean() }),
        params,
      );
      for (const name of Object.keys(params).filter((each) => each.startsWith('noise.'))) {
        expect(gradients[name].abs().max().dataSync()[0], `${what} by ${name}`).toBeGreaterThan(1e-7);
      }
    }
  });
});

const falling = (iteration: number) => 0.4 / 2 ** iteration;

describe('a largest σ, or a fixed one, by iterations', () => {
  it('is that of the first where nobody says the iteration, and otherwise what stands among the parameters', () => {
    for (const noise of [falling, { ...learned(4), min: 0.01, max: falling }]) {
      const { policy, params } = made(4, { noise });
      expect(policy.scheduled?.(2)).toEqual({ 'noise.scheduled': 0.1 });
      const states = drawn(4).transpose<tf.Tensor4D>([1, 0, 2, 3]);
      const at = (scheduled: tf.NamedTensorMap) =>
        scored(policy, { ...params, ...scheduled }, states).entropy;
      expect(at({ 'noise.scheduled': tf.scalar(0.4) })).toBeAllclose(at({}));
      expect(at({ 'noise.scheduled': tf.scalar(0.1) }).dataSync()[0]).toBeLessThan(
        at({}).dataSync()[0] - 0.1,
      );
    }
    expect(Object.keys(made(4).policy)).not.toContain('scheduled');
  });
});

const cloned = ({ policy }: ReturnType<typeof made>, params: tf.NamedTensorMap, seed = 2) =>
  policy.cloningLoss?.(params, seen(), drawn(4, seed)) ?? tf.scalar(NaN);

describe('cloningLoss', () => {
  it('of the distance is 0 for the frozen velocity, and otherwise that of both actions from the start 0', () => {
    const own = made(4);
    expect(cloned(own, own.policy.init(3))).toBeAllclose([0], exactly);
    const zeros = tf.zeros<tf.Rank.R4>([5, rows, horizonSteps, actionDim]);
    const [ours, theirs] = [own.params, own.frozen].map((params) => own.policy.best(params, seen(), zeros));
    const distance = ours.sub(theirs).square().mean();
    expect(distance.dataSync()[0]).toBeGreaterThan(1e-4);
    expect(cloned(own, own.params)).toBeAllclose(distance);
    expect(cloned(own, own.params, 7)).toBeAllclose(distance);
  });

  it('of the likelihood is −ln p of the paths of the frozen velocity, whose gradient does not flow through them', () => {
    const own = made(4, { imitation: 'likelihood' });
    const { params, frozen } = own;
    const explorer = (weights: tf.NamedTensorMap) => {
      const sigma = learned(4).network.apply(members(weights, 'noise.'), weights, seen());
      return flowSampler(4, (step) => sigma(step, { min: 0.1, max: 0.24 }), { clipMean: 1 });
    };
    const [start, ...rest] = drawn(4).unstack<tf.Tensor3D>();
    const next = () => rest.shift() ?? start;
    const bounds = { clipNoise: 3, clipAction: 1 };
    const old = network.apply(frozen, seen());
    const states = sampleStates(explorer(params), old, start, next, bounds);
    const wanted = (weights: tf.NamedTensorMap): tf.Scalar => {
      const by = explorer(weights);
      return cloningLoss(chainLogProbs(by, network.apply(weights, seen()), states));
    };
    const ours = differentiate((weights) => ({ loss: cloned(own, weights) }), params);
    const theirs = differentiate((weights) => ({ loss: wanted(weights) }), params);
    expect(ours.loss).toBeAllclose(theirs.loss);
    for (const [name, gradient] of Object.entries(theirs.gradients)) {
      expect(ours.gradients[name], name).toBeAllclose(gradient, { atol: 1e-5 });
    }
  });
});

it.each<[wrong: Partial<FlowPolicyOptions>, message: string]>([
  [{ steps: 0 }, 'steps is 0, wanted a whole number above 0'],
  [{ clipMean: 0 }, 'clipMean is 0, wanted a number above 0'],
  [{ noise: 0 }, 'noise is 0, wanted a number above 0'],
  [{ noise: { ...learned(4), min: 0 } }, 'noise.min is 0, wanted a number above 0'],
  [{ noise: { ...learned(4), max: 0.1 } }, 'noise.min is 0.1, noise.max 0.1, wanted the one below the other'],
  [{ minLogProb: 1, maxLogProb: 1 }, 'minLogProb is 1, maxLogProb 1, wanted the one below the other'],
])('refuses %o', (wrong, message) => {
  expect(() => made(4, wrong)).toThrow(new RangeError(`flowPolicy: ${message}`));
});

it('goes on from a chunk that it is pulled towards, and is its own best where all weights are 0', () => {
  const { policy, params } = made(4);
  expectPulled(policy, params, seen(), drawn(4));
});
