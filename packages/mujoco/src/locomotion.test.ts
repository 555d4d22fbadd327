import { vectorize, workers } from '@dppo/env';
import { describeEnv } from '@dppo/env/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { antTask } from './ant.ts';
import { ant, halfCheetah, hopper, mujocoEnv, walker2d } from './index.ts';
import { hopperTask } from './hopper.ts';
import { weightedSquares } from './locomotion.ts';
import { walker2dTask } from './walker2d.ts';
import { mujocoWasm } from './wasm.ts';
import hopperEnv from '../test/hopper-env.ts';

describeEnv('hopper', () => hopper());
describeEnv('walker2d', () => walker2d());
describeEnv('halfCheetah', () => halfCheetah());
describeEnv('ant', () => ant());
describeEnv('ant of v5', () => ant({ version: 'v5' }));

describe.each([hopperTask, walker2dTask, antTask])('$name', (task) => {
  it.each([
    ['v2', 1],
    ['v4', 1],
    ['v5', 0],
  ] as const)('pays for a fall in %s a healthy reward of %i', async (version, healthy) => {
    const { reward, model } = task(version);
    const simulation = (await mujocoWasm()).simulate(model);
    const action = new Float32Array(simulation.controls);
    expect(reward(simulation, { velocity: 0, terminated: true, action })).toBe(healthy);
  });
});

describe('hopper', () => {
  it('has 11 observations and 3 actions', async () => {
    expect(await hopper()).toMatchObject({ obsShape: [11], actionShape: [3] });
  });

  it('falls and terminates when it does nothing', async () => {
    const env = await hopper();
    env.reset(0);
    let step = env.step(new Float32Array(3));
    let before = step.obs;
    while (!step.terminated) {
      before = step.obs;
      step = env.step(new Float32Array(3));
    }
    expect(Math.abs(step.obs[1]) > 0.2 || step.obs[0] < 0.7).toBe(true);
    expect(Math.abs(before[1])).toBeLessThan(0.2);
  });

  it('pays velocity + 1 − 0.001·Σ a², the cost in float32', async () => {
    // Σ a² = 1 + 0.25 + 0.25 = 1.5, cost = fround(fround(0.001)·1.5) = 0.0015000000130…
    const { reward, model } = hopperTask('v2');
    const simulation = (await mujocoWasm()).simulate(model);
    const action = Float32Array.of(1, -0.5, 0.5);
    expect(reward(simulation, { velocity: 2, terminated: false, action })).toBe(
      3 - Math.fround(Math.fround(0.001) * 1.5),
    );
  });

  it('starts as with seed 0 when it was never seeded', async () => {
    expect((await hopper()).reset()).toEqual((await hopper()).reset(0));
  });

  it('says what is wrong with an action', async () => {
    const env = await hopper();
    env.reset(0);
    expect(() => env.step(Float32Array.of(0, NaN, 0))).toThrow('hopper: action is [0, NaN, 0]');
  });

  it('throws where the simulation diverges, and starts anew after that', async () => {
    let speed = 1e12;
    const env = await mujocoEnv({
      ...hopperTask('v2'),
      start: ({ qvel }) => {
        qvel.fill(speed);
      },
    });
    env.reset(0);
    expect(() => env.step(new Float32Array(3))).toThrow(
      /^hopper: the simulation diverged: q(pos|vel)\[\d\] is .* in step 1 of the episode$/,
    );
    speed = 0;
    env.reset(0);
    expect(env.step(new Float32Array(3)).terminated).toBe(false);
  });
});

describe('ant', () => {
  it('observes contact forces in v5 only, none at the start, each within ± 1', async () => {
    expect(await ant()).toMatchObject({ obsShape: [27], actionShape: [8] });
    const env = await ant({ version: 'v5' });
    expect(env).toMatchObject({ obsShape: [105], actionShape: [8] });
    expect(env.reset(0).subarray(27)).toEqual(new Float32Array(78));
    let largest = 0;
    for (let t = 0; t < 30; t++) {
      for (const force of env.step(new Float32Array(8)).obs.subarray(27))
        largest = Math.max(largest, Math.abs(force));
    }
    expect(largest).toBe(1);
  });

  it('terminates where its torso is above 1 m', async () => {
    let height = 0.75;
    const env = await mujocoEnv({
      ...antTask('v2'),
      start: ({ qpos }) => {
        qpos[2] = height;
      },
    });
    env.reset(0);
    expect(env.step(new Float32Array(8)).terminated).toBe(false);
    // It falls g·t²/2 = 0.0123 m in a step of 0.05 s.
    height = 1.05;
    env.reset(0);
    expect(env.step(new Float32Array(8)).terminated).toBe(true);
  });
});

describe('weightedSquares', () => {
  it('adds in the precision of its numbers', () => {
    // 0.1² = 0.010000000707805157 in float32.
    expect(weightedSquares(1, Float32Array.of(0.1))).toBe(Math.fround(Math.fround(0.1) ** 2));
    expect(weightedSquares(1, Float64Array.of(0.1))).toBe(0.1 * 0.1);
  });

  it("is numpy's sum of nine float32 numbers, which differs from that from left to right", () => {
    // numpy 2.4: a = np.array([1, 2e-4, 2e-4, 2e-4, 2e-4, 2e-4, 2e-4, 2e-4, 2e-4], np.float32); np.sum(np.square(a))
    const a = Float32Array.of(1, ...Array.from({ length: 8 }, () => 2e-4));
    expect(weightedSquares(1, a)).toBe(1.000000238418579);
  });

  it('is w·Σ a² for any numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 100 }), (a) => {
        const sum = a.reduce((total, x) => total + x * x, 0);
        expect([weightedSquares(0.5, Float64Array.from(a))]).toBeAllclose([0.5 * sum], {
          atol: 1e-12,
          rtol: 1e-12,
        });
      }),
    );
  });
});

it('40 hoppers in one thread do not disturb one another', async () => {
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

it('hoppers in two threads do what they do in one', async () => {
  const envs = await Promise.all(Array.from({ length: 3 }, () => hopperEnv()));
  const here = vectorize((i) => envs[i], 3);
  const there = await workers(new URL('../test/hopper-env.ts', import.meta.url), { count: 3, workers: 2 });
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
