import type { Target } from '@dppo/diffusion';
import { normalize, pointMass } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAgent } from '../../test/small.ts';
import { deploy } from './deploy.ts';
import { seeded } from '../randomness.ts';

const bounds = { obsMin: [-4, -1], obsMax: [2, 3], actionMin: [0], actionMax: [5] };

it('acts as the policy does on a batch of one, another chunk each time', () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const deployed = deploy(policy, params, { obsDim: 2, seed: 8 });
  const noise = tf.tensor4d(seeded(8, 'deploy').normal(policy.draws * 2), [policy.draws, 1, 2, 1]);
  const expected = tf.tidy(() => policy.best(params, { state: tf.tensor3d([0.1, -0.2], [1, 1, 2]) }, noise));
  expect(deployed.act([0.1, -0.2])).toBeAllclose(expected.dataSync(), { atol: 1e-6 });
  expect(deployed.act([0.1, -0.2])).not.toEqual(expected.dataSync());
});

it('takes and gives the units of the robot as normalize does', () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const robot = pointMass();
  let taken = new Float32Array();
  const inner = { ...robot, step: (action: Float32Array) => ((taken = action.slice()), robot.step(action)) };
  const scaled = normalize(inner, bounds);
  const obs = scaled.reset(3);
  const raw = robot.reset(3);
  const chunk = deploy(policy, params, { obsDim: 2 }).act(obs);
  scaled.step(chunk.slice(0, 1));
  const deployed = deploy(policy, params, { obsDim: 2, bounds });
  expect(deployed.act(raw).slice(0, 1)).toBeAllclose(taken, { atol: 1e-5 });
});

it('scales by hand what it sees and what comes back', () => {
  // 2·((½ + 4)/6 − ½) = 0.5 and 2·((1 + 1)/4 − ½) = 0 are seen; (0.5 + 1)/2 · 5 and (0 + 1)/2 · 5 come back.
  const mirror = {
    draws: 1,
    horizonSteps: 2,
    actionDim: 1,
    best: (_: tf.NamedTensorMap, { state }: tf.NamedTensorMap) => state.reshape<tf.Tensor3D>([1, 2, 1]),
  };
  const deployed = deploy(mirror, {}, { obsDim: 2, bounds });
  expect(deployed.act([0.5, 1])).toBeAllclose([3.75, 2.5], { atol: 1e-5 });
});

it('acts for several at once as for one after another', () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const observations = [
    [0.1, -0.2],
    [0.5, 0.4],
    [-0.3, 0],
  ];
  const [one, several] = [deploy(policy, params, { obsDim: 2 }), deploy(policy, params, { obsDim: 2 })];
  const together = several.actAll(observations.map((obs) => ({ obs })));
  observations.forEach((obs, i) => expect(together[i]).toBeAllclose(one.act(obs), { atol: 1e-6 }));
  expect(several.act([0, 1])).toEqual(one.act([0, 1]));
  expect(several.actAll([])).toEqual([]);
});

const late = { draws: 1, horizonSteps: 3, actionDim: 1, firstAction: 1 };
const fourth = () => tf.tensor3d([1, 2, 3, 4], [2, 2, 1]);

it('gives each of several the chunk from the present on, of a policy whose chunks begin in the past', () => {
  const deployed = deploy({ ...late, best: fourth }, {}, { obsDim: 1 });
  expect(deployed.horizonSteps).toBe(2);
  const chunks = deployed.actAll([{ obs: [0] }, { obs: [1] }]);
  expect(chunks).toEqual([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
});

it('pulls such a policy from the present on, and leaves what is past free', () => {
  const seen: Record<string, number[]> = {};
  const guided = (_: tf.NamedTensorMap, __: tf.NamedTensorMap, ___: tf.Tensor4D, target: Target) => {
    for (const name of ['chunk', 'weights'] as const) seen[name] = [...target[name].dataSync()];
    return tf.tensor3d([1, 2], [1, 2, 1]);
  };
  const policy = { ...late, best: fourth, guided };
  const pull = { actions: [5, 6], weights: [1, 0.5], maxWeight: 1 };
  expect(deploy(policy, {}, { obsDim: 1 }).act([0], pull)).toEqual(Float32Array.of(1, 2));
  expect(seen).toEqual({ chunk: [0, 5, 6], weights: [0, 1, 0.5] });
});

it('acts for a seed as a policy of that seed does at first, whatever is asked beside it or was before', () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const obs = [0.1, -0.2];
  const first = deploy(policy, params, { obsDim: 2, seed: 5 }).act(obs);
  const deployed = deploy(policy, params, { obsDim: 2 });
  deployed.act([1, 1]);
  expect(deployed.actAll([{ obs, seed: 5 }])[0]).toEqual(first);
  const company = [{ obs: [9, 9] }, { obs, seed: 5 }, { obs: [-1, 0], seed: 6 }];
  expect(deployed.actAll(company)[1]).toBeAllclose(first, { atol: 1e-6 });
});

it('refuses one observation among several', () => {
  const { policy } = smallAgent();
  const deployed = deploy(policy, policy.init(0), { obsDim: 2 });
  const good = { obs: [0, 1] };
  expect(() => deployed.actAll([good, { obs: [NaN, 0] }])).toThrow('act: observation is [NaN, 0]');
  expect(() => deployed.actAll([good, { obs: [0, 1, 2, 3] }])).toThrow(
    new RangeError('act: observation is [0, 1, 2, 3], wanted 2 finite numbers'),
  );
});

it('pulls by hand towards actions in the units of the robot', () => {
  // 3.75 of [0, 5] is 0.5; halfway to it from 0.1 is 0.3, which is 3.25 of [0, 5]. The second action, 0.2 or 3, is left alone.
  const half = {
    draws: 1,
    horizonSteps: 2,
    actionDim: 1,
    best: () => expect.unreachable(),
    guided: (_: tf.NamedTensorMap, __: tf.NamedTensorMap, noise: tf.Tensor4D, target: Target) => {
      const own = noise
        .mul(0)
        .reshape<tf.Tensor3D>([1, 2, 1])
        .add(tf.tensor3d([0.1, 0.2], [1, 2, 1]));
      return own.add<tf.Tensor3D>(target.chunk.sub(own).mul(target.weights).mul(target.maxWeight));
    },
  };
  const deployed = deploy(half, {}, { obsDim: 2, bounds });
  const pull = { actions: [3.75, 0], weights: [1, 0], maxWeight: 0.5 };
  expect(deployed.act([0.5, 1], pull)).toBeAllclose([3.25, 3], { atol: 1e-5 });
});

it('agrees with what is under way as far as the weights say', () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const acting = () => deploy(policy, params, { obsDim: 2, bounds, seed: 3 });
  const own = acting().act([0, 1]);
  const pull = { actions: [1, 4], weights: [0, 0], maxWeight: 5 };
  expect(acting().act([0, 1], pull)).toEqual(own);
  const pulled = acting().act([0, 1], { ...pull, weights: [1, 1] });
  const [near, far] = [pulled, own].map(([first, second]) => Math.hypot(first - 1, second - 4));
  expect(near).toBeLessThan(far);
});

it.each([
  [{ actions: [1], weights: [1, 1] }, 'actions of the pull are [1], wanted 2 finite numbers'],
  [{ actions: [1, NaN], weights: [1, 0] }, 'actions of the pull are [1, NaN], wanted 2 finite numbers'],
  [{ actions: [1, 1], weights: [1] }, 'weights of the pull are [1], wanted 2 finite numbers'],
])('refuses a pull of %o', (pull, message) => {
  const { policy } = smallAgent();
  const deployed = deploy(policy, policy.init(0), { obsDim: 2 });
  expect(() => deployed.act([0, 1], { ...pull, maxWeight: 5 })).toThrow(new RangeError(`act: ${message}`));
});

it('refuses to pull a policy without steps', () => {
  const { guided: _, ...policy } = smallAgent().policy;
  const deployed = deploy(policy, policy.init(0), { obsDim: 2 });
  expect(() => deployed.act([0, 1], { actions: [1, 1], weights: [1, 1], maxWeight: 5 })).toThrow(
    'act: the policy has no steps to be pulled in, wanted one that denoises',
  );
});

it('takes as many observations as the policy sees at once', () => {
  const mean = {
    draws: 1,
    horizonSteps: 2,
    actionDim: 1,
    best: (_: tf.NamedTensorMap, { state }: tf.NamedTensorMap) =>
      state.mean<tf.Tensor3D>(1).reshape<tf.Tensor3D>([1, 2, 1]),
  };
  const deployed = deploy(mean, {}, { obsDim: 2, condSteps: 3 });
  expect(deployed.act([1, 2, 3, 4, 5, 9])).toBeAllclose([3, 5]);
  expect(deployed).toMatchObject({ obsDim: 2, condSteps: 3, horizonSteps: 2, actionDim: 1 });
  expect(() => deployed.act([1, 2])).toThrow('act: observation is [1, 2], wanted 6 finite numbers');
  expect(() => deploy(mean, {}, { obsDim: 2, condSteps: 0 })).toThrow('deploy: condSteps is 0');
});

it('leaves no tensor and refuses what is no observation', () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const deployed = deploy(policy, params, { obsDim: 2 });
  const tensors = tf.memory().numTensors;
  deployed.act([0, 1]);
  expect(tf.memory().numTensors).toBe(tensors);
  expect(() => deployed.act([0, 1, 2])).toThrow('act: observation is [0, 1, 2], wanted 2 finite numbers');
  expect(() => deployed.act([0, NaN])).toThrow(RangeError);
});

it('refuses bounds of another robot', () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const other = { ...bounds, actionMax: [5, 5] };
  expect(() => deploy(policy, params, { obsDim: 2, bounds: other })).toThrow(
    'deploy: actionMax has 2 numbers, wanted 1',
  );
});
