import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { ddim } from './ddim.ts';
import { diffusers } from './diffusers.ts';
import { flow } from './flow.ts';
import { offPolicy } from './off-policy.ts';
import { ppoByHand } from './ppo-by-hand.ts';
import { stableBaselines } from './stable-baselines.ts';

it('trains by PPO in the words of its user, whose policy moves a little in each iteration', async () => {
  const kls = await ppoByHand(2);
  expect(kls).toHaveLength(2);
  for (const kl of kls) expect(kl > 0 && kl < 0.1).toBe(true);
});

it('denoises as a user of diffusers does', () => {
  const { between, noisy, loss } = diffusers();
  expect(between.shape).toEqual([4, 11, 16, 2]);
  expect(noisy.shape).toEqual([4, 16, 2]);
  expect(loss.dataSync()[0]).toBeGreaterThan(0);
});

it('learns, evaluates, saves, loads and predicts as a user of Stable-Baselines3 does', async () => {
  const { episodes, chunk } = await stableBaselines();
  expect(episodes).toHaveLength(4);
  expect(episodes.every(({ length }) => length > 0 && length <= 40)).toBe(true);
  expect(chunk).toHaveLength(4);
});

it('pre-trains a flow, and fine-tunes it from a ratio of 1 for each path', async () => {
  const chunks = {
    length: 256,
    gather: (indices: Int32Array) => ({
      'obs.state': {
        shape: [1, 2],
        data: Float32Array.from({ length: 2 * indices.length }, (_, i) => indices[i >> 1] / 256),
      },
      actions: {
        shape: [2, 1],
        data: Float32Array.from({ length: 2 * indices.length }, (_, i) => indices[i >> 1] / 256),
      },
    }),
  };
  const { losses, ratio } = await flow(chunks, 5);
  expect(losses[4]).toBeLessThan(losses[0]);
  expect(ratio).toBeCloseTo(1, 5);
});

it('learns from replay, and holds as many tensors after as it made', async () => {
  const before = tf.memory().numTensors;
  const losses = await offPolicy(5);
  const kept = tf.memory().numTensors - before;
  expect(losses.every((loss) => loss >= 0)).toBe(true);
  await offPolicy(10);
  expect(tf.memory().numTensors - before).toBe(2 * kept);
});

it('fine-tunes with a learned eta, which the entropy is the mean of', async () => {
  for (const { entropy, episodes } of await ddim()) {
    expect(entropy).toBeCloseTo(0.5, 1);
    expect(episodes).toHaveLength(3);
  }
});
