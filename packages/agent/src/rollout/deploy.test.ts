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

it('refuses one observation among several, and several lengths', () => {
  const { policy } = smallAgent();
  const deployed = deploy(policy, policy.init(0), { obsDim: 2 });
  const [good, long] = [{ obs: [0, 1] }, { obs: [0, 1, 2, 3] }];
  expect(() => deployed.actAll([good, { obs: [NaN, 0] }])).toThrow('act: observation is [NaN, 0]');
  expect(() => deployed.actAll([good, long])).toThrow(
    new RangeError('actAll: observations of 2 and 4 numbers, wanted one length'),
  );
});

it('leaves no tensor and refuses what is no observation', () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const deployed = deploy(policy, params, { obsDim: 2 });
  const tensors = tf.memory().numTensors;
  deployed.act([0, 1]);
  expect(tf.memory().numTensors).toBe(tensors);
  expect(() => deployed.act([0, 1, 2])).toThrow(
    'act: observation is [0, 1, 2], wanted finite numbers, 2 or a multiple of it',
  );
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
