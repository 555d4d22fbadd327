import { vectorize, workers } from '@dppo/env';
import { describeEnv } from '@dppo/env/testing';
import { describe, expect, test } from 'vitest';

import { halfCheetah, hopper, walker2d } from './index.ts';
import { hopperTask } from './hopper.ts';
import { locomotion, rewardOf } from './locomotion.ts';
import { simulate } from './simulation.ts';
import hopperEnv from './testing/hopper-env.ts';

describeEnv('hopper', () => hopper());
describeEnv('walker2d', () => walker2d());
describeEnv('halfCheetah', () => halfCheetah());
describe('hopper', () => {
  test('has 11 observations and 3 actions', async () => {
    expect(await hopper()).toMatchObject({ obsShape: [11], actionShape: [3] });
  });

  test('falls and terminates when it does nothing, healthy reward in v2 but not in v5', async () => {
    for (const [version, healthy] of [
      ['v2', 1],
      ['v5', 0],
    ] as const) {
      const env = await hopper({ version });
      env.reset(0);
      let step = env.step(new Float32Array(3));
      let before = step.obs;
      while (!step.terminated) {
        before = step.obs;
        step = env.step(new Float32Array(3));
      }
      expect(Math.abs(step.obs[1]) > 0.2 || step.obs[0] < 0.7).toBe(true);
      expect(Math.abs(before[1])).toBeLessThan(0.2);
      // No action costs nothing: the reward is velocity + healthy reward, and it moves less than 3 m/s.
      expect(Math.abs(step.reward - healthy)).toBeLessThan(3);
    }
  });

  test('pays velocity + 1 − 0.001·Σ a², the cost in float32', () => {
    // Σ a² = 1 + 0.25 + 0.25 = 1.5, cost = fround(fround(0.001)·1.5) = 0.0015000000130…
    const reward = rewardOf(hopperTask('v2'), { velocity: 2, healthy: true, action: [1, -0.5, 0.5] });
    expect(reward).toBe(3 - Math.fround(Math.fround(0.001) * 1.5));
  });

  test('starts as with seed 0 when it was never seeded', async () => {
    expect((await hopper()).reset()).toEqual((await hopper()).reset(0));
  });

  test('says what is wrong with an action', async () => {
    const env = await hopper();
    env.reset(0);
    expect(() => env.step(Float32Array.of(0, NaN, 0))).toThrow('hopper: action is [0, NaN, 0]');
  });

  test('throws where the simulation diverges, and starts anew after that', async () => {
    const task = hopperTask('v2');
    let noise = 1e12;
    const env = await locomotion({ ...task, velocityNoise: () => noise });
    env.reset(0);
    expect(() => env.step(new Float32Array(3))).toThrow(
      /^hopper: the simulation diverged in step 1 of the episode: q(pos|vel)\[\d\] is/,
    );
    noise = 0;
    env.reset(0);
    expect(env.step(new Float32Array(3)).terminated).toBe(false);
  });
});

describe('simulate', () => {
  test('keeps its views through growth of the heap that all simulations share', async () => {
    const { model } = hopperTask('v2');
    const first = await simulate(model);
    first.reset();
    const alone = await simulate(model);
    alone.reset();
    for (let i = 0; i < 60; i++) await simulate(model);
    for (const simulation of [first, alone]) simulation.step([0.5, -0.5, 1], 4);
    expect(first.qpos).toHaveLength(6);
    expect(first.qpos).toEqual(alone.qpos);
    expect(first.qpos[1]).not.toBe(1.25);
  });

  test('repeats a step exactly from a full state', async () => {
    const simulation = await simulate(hopperTask('v2').model);
    simulation.reset();
    for (let t = 0; t < 50; t++) simulation.step([0.3, 0.2, -0.7], 4);
    const state = simulation.state();
    simulation.step([1, 1, 1], 4);
    const after = simulation.state();
    simulation.setState([...state]);
    simulation.step([1, 1, 1], 4);
    expect(simulation.state()).toEqual(after);
  });

  test('says what is wrong with a model', async () => {
    await expect(simulate('<mujoco><nonsense/></mujoco>')).rejects.toThrow('nonsense');
  });
});

test('40 hoppers in one thread do not disturb one another', async () => {
  const envs = await Promise.all(Array.from({ length: 40 }, () => hopper()));
  const all = vectorize((i) => envs[i], 40);
  const one = await hopper();
  await all.reset(0);
  one.reset(39);
  const actions = new Float32Array(120).fill(0.1);
  let last;
  for (let t = 0; t < 20; t++) {
    last = await all.step(actions);
    const { obs } = one.step(actions.slice(0, 3));
    expect(last.reached.slice(39 * 11)).toEqual(obs);
  }
});

test('hoppers in two threads do what they do in one', async () => {
  const envs = await Promise.all(Array.from({ length: 3 }, () => hopperEnv()));
  const here = vectorize((i) => envs[i], 3);
  const there = await workers(new URL('./testing/hopper-env.ts', import.meta.url), { count: 3, workers: 2 });
  try {
    expect(await there.reset(5)).toEqual(await here.reset(5));
    for (let t = 0; t < 100; t++) {
      const actions = Float32Array.from({ length: 9 }, (_, i) => Math.sin(t * (i + 1)));
      expect(await there.step(actions)).toEqual(await here.step(actions));
    }
  } finally {
    await there.close();
  }
});
