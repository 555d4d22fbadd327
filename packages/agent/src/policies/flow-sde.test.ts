import { flowSampler, flowSdeSampler, reinflowTimes, sample, stepLogProbs } from '@dppo/diffusion';
import { flowMlp } from '@dppo/nn';
import { differentiate } from '@dppo/optim';
import { chunkLogProb } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { expectPulled } from '../../test/pulled.ts';
import { flowSdePolicy, type FlowSdePolicyOptions } from './flow-sde.ts';

const [rows, horizonSteps, actionDim] = [60, 3, 2];
const network = flowMlp({ obsDim: 2, actionDim, horizonSteps, timeDim: 4, hidden: [8, 8, 8] });
const seen = () => ({ state: tf.randomNormal<tf.Rank.R3>([rows, 1, 2], 0, 1, 'float32', 1) });
const drawn = (seed = 2): tf.Tensor4D =>
  tf.randomNormal([3, rows, horizonSteps, actionDim], 0, 1, 'float32', seed);
const exactly = { atol: 0, rtol: 0 };

function made(options: Partial<FlowSdePolicyOptions> = {}) {
  const frozen = network.init(1);
  const sampler = flowSdeSampler(4, 0.5);
  const policy = flowSdePolicy({ network, frozen, sampler, horizonSteps, actionDim, ...options });
  return { policy, frozen, params: network.init(2) };
}

/** What a path acted by, as `logProb` is given it. */
function acted({ policy, params }: ReturnType<typeof made>, noise = drawn()) {
  const { states, logProb, step = tf.tensor1d([], 'int32') } = policy.act(params, seen(), noise);
  return { states, logProb, step, first: tf.zeros<tf.Rank.R1>([rows], 'int32') };
}

describe('a policy that explores in one step', () => {
  it.each(Array.from({ length: 20 }, (_, i) => i + 1))(
    'finds that step of %i as likely as when it drew it',
    (count) => {
      const own = made({ sampler: flowSdeSampler(count, 0.5) });
      const { logProb, ...path } = acted(own);
      const again = own.policy.logProb(own.params, seen(), path).logProb;
      const ratio = again.sub(logProb.squeeze([1])).exp();
      expect(ratio).toBeAllclose(new Float32Array(rows).fill(1), { atol: 1e-6, rtol: 0 });
    },
  );

  it('draws each step for as many rows, but for chance', () => {
    const all = Array.from({ length: 20 }, (_, seed) => acted(made(), drawn(seed + 1)).step.dataSync());
    const counts = [0, 0, 0, 0];
    for (const steps of all) for (const step of steps) counts[step]++;
    // 1200 draws: 300 ± 15 of each.
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(60);
  });

  it('goes without noise to the step, by the noise beyond it, and without again', () => {
    const own = made();
    const velocity = network.apply(own.params, seen());
    const { states, step } = acted(own);
    const [start, z] = drawn().unstack<tf.Tensor3D>();
    const [previous, next, action] = states.unstack<tf.Tensor3D>(1);
    const still = flowSampler(4, 0);
    const sde = flowSdeSampler(4, 0.5);
    for (const k of [0, 1, 2, 3]) {
      const rest = sample(still, velocity, start, undefined, { to: k });
      const bounds = { from: k, to: k + 1, clipNoise: 3, clipAction: 1 };
      const explored = sample(sde, velocity, rest, () => z, bounds);
      const end = sample(still, velocity, explored, undefined, { from: k + 1, clipAction: 1 });
      const isOwn = step.equal(k).reshape<tf.Tensor3D>([-1, 1, 1]);
      const off = (a: tf.Tensor3D, b: tf.Tensor3D) => tf.where(isOwn, a.sub(b), tf.zerosLike(a));
      for (const [got, wanted] of [
        [previous, rest],
        [next, explored],
        [action, end],
      ]) {
        expect(off(got, wanted)).toBeAllclose(new Float32Array(got.size), { atol: 1e-5 });
      }
    }
  });

  it('scores that transition alone, with a gradient of the velocity', () => {
    const own = made({ rewardHorizon: 2 });
    const { states, step, first, logProb } = acted(own);
    const [previous, next] = states.unstack<tf.Tensor3D>(1);
    const each = stepLogProbs(flowSdeSampler(4, 0.5), network.apply(own.params, seen()), {
      previous,
      next,
      index: step,
    });
    expect(logProb.squeeze([1])).toBeAllclose(chunkLogProb(each, { rewardHorizon: 2 }), { atol: 1e-5 });
    const { gradients } = differentiate(
      (params) => ({ loss: own.policy.logProb(params, seen(), { states, step, first }).logProb.mean() }),
      own.params,
    );
    expect(gradients['mlp_mean.layers.0.weight'].abs().max().dataSync()[0]).toBeGreaterThan(1e-4);
    expect(() => own.policy.logProb(own.params, seen(), { states, first })).toThrow(
      'flowSdePolicy: logProb got no step, wanted that of each path',
    );
  });

  it('acts best without noise, and holds to the frozen velocity by the distance of that', () => {
    const { policy, params, frozen } = made();
    const zeros = tf.zerosLike(drawn());
    const [ours, theirs] = [params, frozen].map((weights) => policy.best(weights, seen(), zeros));
    const start = drawn().slice(0, 1).squeeze<tf.Tensor3D>([0]);
    const still = sample(flowSampler(4, 0), network.apply(params, seen()), start, undefined, {
      clipAction: 1,
    });
    expect(policy.best(params, seen(), drawn())).toBeAllclose(still, exactly);
    expect(policy.cloningLoss?.(params, seen(), drawn()) ?? []).toBeAllclose(
      ours.sub(theirs).square().mean(),
    );
    expect(policy.cloningLoss?.(policy.init(1), seen(), drawn()) ?? []).toBeAllclose([0]);
  });
});

it.each<[wrong: Partial<FlowSdePolicyOptions>, message: string]>([
  [{ rewardHorizon: 4 }, 'rewardHorizon is 4, wanted a whole number in 1 … 3'],
  [{ clipNoise: 0 }, 'clipNoise is 0, wanted a number above 0'],
  [
    { sampler: flowSampler(3, 0.1, { times: reinflowTimes(3) }) },
    `the sampler's times are 0, 0.5, 1, wanted 0, ${1 / 3}, ${2 / 3}`,
  ],
])('refuses %o', (wrong, message) => {
  expect(() => made(wrong)).toThrow(new RangeError(`flowSdePolicy: ${message}`));
});

it('goes on from a chunk that it is pulled towards, and is its own best where all weights are 0', () => {
  const { policy, params } = made();
  expectPulled(policy, params, seen(), drawn());
});
