import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { countingEnv } from '../../test/counting.ts';
import { smallAgent, smallEnv } from '../../test/small.ts';
import { seeded } from '../randomness.ts';
import { evaluate } from './evaluate.ts';

it('counts one whole episode of every environment, the same for the same seed', async () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const first = await evaluate(policy, params, smallEnv(), { seed: 5 });
  expect(first.map((episode) => episode.length)).toEqual([6, 6, 6]);
  expect(await evaluate(policy, params, smallEnv(), { seed: 5 })).toEqual(first);
  expect(await evaluate(policy, params, smallEnv(), { seed: 6 })).not.toEqual(first);
});

it('plays the last episodes of many alone as it plays them beside the others', async () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const whole = await evaluate(policy, params, smallEnv(), { seed: 5 });
  const last = await evaluate(policy, params, smallEnv(1), { seed: 5, first: 2 });
  expect(last[0].return).toBeCloseTo(whole[2].return, 5);
  expect(last[0].return).not.toBeCloseTo(whole[0].return, 5);
});

it('counts no second episode of an environment that ends early, and acts at its best on standard normal noise', async () => {
  const seen: number[][] = [];
  const noises: Float32Array[] = [];
  const policy = {
    draws: 2,
    horizonSteps: 3,
    actionDim: 1,
    best: (_: tf.NamedTensorMap, { state }: tf.NamedTensorMap, noise: tf.Tensor4D) => {
      seen.push([...state.dataSync()]);
      noises.push(noise.dataSync<'float32'>().slice());
      return tf.zeros<tf.Rank.R3>([2, 3, 1]);
    },
  };
  // The first is cut after two chunks, of rewards 1 and 2; the second ends after three of two steps each.
  expect(await evaluate(policy, {}, countingEnv(), { seed: 4 })).toEqual([
    { return: 3, length: 2 },
    { return: 6, length: 6 },
  ]);
  expect(seen).toEqual([
    [0, 0],
    [1, 1],
    [0, 2],
  ]);
  // Of two draws each: the first of both environments, then the second.
  const [one, other] = [seeded(4, 'evaluate', 0), seeded(4, 'evaluate', 1)];
  const wanted = [1, 2, 3].map(() => {
    const [a, b] = [one.normal(6), other.normal(6)];
    return Float32Array.of(...a.slice(0, 3), ...b.slice(0, 3), ...a.slice(3), ...b.slice(3));
  });
  expect(noises).toEqual(wanted);
});

const inTenths = (): tf.Tensor3D =>
  tf.tensor3d(
    [1, 2, 3, 1, 2, 3].map((value) => value / 10),
    [2, 3, 1],
  );

it('executes the actions of a chunk that begins in the past from the present on', async () => {
  const executed: number[][] = [];
  const env = smallEnv(2);
  const recording = {
    ...env,
    step: (actions: Float32Array) => {
      executed.push(Array.from(actions));
      return env.step(actions);
    },
  };
  const own = { draws: 1, horizonSteps: 5, actionDim: 1, firstAction: 2 };
  await evaluate({ ...own, best: inTenths }, {}, recording, { seed: 1 });
  expect(executed[0]).toBeAllclose([0.1, 0.2, 0.1, 0.2]);
});

it('says of each episode whether a step of it was a success, and its best progress', async () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const outcome = async (successes: readonly number[], bests: readonly number[]) => {
    const env = smallEnv();
    let t = 0;
    const said = {
      ...env,
      step: async (actions: Float32Array) => {
        const step = await env.step(actions);
        step.success.set([0, successes[t], NaN]);
        step.progress.set([0.25, bests[t++], NaN]);
        return step;
      },
    };
    const episodes = await evaluate(policy, params, said, { seed: 5 });
    return episodes.map(({ success, progress }) => ({ success, progress }));
  };
  const [first, last] = [
    { success: false, progress: 0.25 },
    { success: undefined, progress: undefined },
  ];
  expect(await outcome([0, 1, 0], [0.25, 1, 0.5])).toEqual([first, { success: true, progress: 1 }, last]);
  expect(await outcome([0, 0, 0], [0.5, 0.25, 0])).toEqual([first, { success: false, progress: 0.5 }, last]);
});

it('plays the same first episodes however many there are', async () => {
  const { policy } = smallAgent();
  const params = policy.init(0);
  const few = await evaluate(policy, params, smallEnv(2), { seed: 5 });
  const many = await evaluate(policy, params, smallEnv(5), { seed: 5 });
  expect(few.map((episode) => episode.length)).toEqual(many.slice(0, 2).map((episode) => episode.length));
  expect(few.map((episode) => episode.return)).toBeAllclose(
    many.slice(0, 2).map((episode) => episode.return),
    { atol: 1e-5 },
  );
});

it.each(['reward', 'observation'])('names the environment whose %s is not finite', async (name) => {
  const { policy } = smallAgent();
  const env = smallEnv();
  const broken = {
    ...env,
    step: async (actions: Float32Array) => {
      const step = await env.step(actions);
      (name === 'reward' ? step.rewards : step.reached)[name === 'reward' ? 1 : 2] = NaN;
      return step;
    },
  };
  await expect(evaluate(policy, policy.init(0), broken, { seed: 5 })).rejects.toThrow(
    new RegExp(`^evaluate: the ${name} of environment [12] in chunk 0 is NaN, wanted finite numbers$`),
  );
});

it('ends with the reason of its signal', async () => {
  const { policy } = smallAgent();
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(evaluate(policy, policy.init(0), smallEnv(), { seed: 5, signal })).rejects.toThrow('enough');
});
