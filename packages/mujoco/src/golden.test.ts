import { readGolden } from '@dppo/testing';
import type { GoldenCase } from '@dppo/testing';
import { describe, expect, test } from 'vitest';

import { halfCheetahTask } from './half-cheetah.ts';
import { hopperTask } from './hopper.ts';
import { locomotion, observe, rewardOf } from './locomotion.ts';
import type { Version } from './locomotion.ts';
import { simulate } from './simulation.ts';
import { walker2dTask } from './walker2d.ts';

/**
 * A trajectory of Gymnasium whose episode goes on where the robot falls: q0, v0 after reset(seed), float32 actions A [T, Da],
 * observations O [T + 1, Do], rewards R [T], is_healthy H [T]; or a pair of full states before and after a step.
 */
const cases = (name: string): GoldenCase[] =>
  readGolden(new URL(`../golden/${name}.json.gz`, import.meta.url))?.cases ?? [];

const tasks = {
  Hopper: hopperTask,
  Walker2d: walker2dTask,
  HalfCheetah: () => halfCheetahTask,
};

// A chaotic robot: rounding errors grow tenfold in three steps, so its first steps are compared.
const compared = { Hopper: 60, Walker2d: 60, HalfCheetah: 15 };

const versionOf = (env: string): Version =>
  (['v2', 'v4', 'v5'] as const).find((version) => env.endsWith(version)) ?? 'v2';

describe.each(['Hopper', 'Walker2d', 'HalfCheetah'] as const)('%s', (robot) => {
  const file = robot.toLowerCase();

  test.each(cases(file))(
    'follows $name in observation, reward and health',
    async ({ env, q0, v0, A, O, R, H }) => {
      const version = versionOf(env);
      const task = tasks[robot](version);
      const simulation = await simulate(task.model);
      simulation.reset(q0, v0);
      for (let t = 0; t < compared[robot]; t++) {
        const [before] = simulation.qpos;
        simulation.step(A[t], task.frameSkip);
        const velocity = (simulation.qpos[0] - before) / (simulation.timestep * task.frameSkip);
        const healthy = task.isHealthy(simulation.qpos, simulation.qvel);
        expect(healthy).toBe(H[t]);
        expect(observe(task, simulation.qpos, simulation.qvel)).toBeAllclose(O[t + 1], {
          atol: 1e-8,
          rtol: 0,
        });
        // Recorded without termination, where v4 pays no healthy reward either; with it, it always pays.
        const always = healthy || version === 'v5' || robot === 'HalfCheetah' ? 0 : 1;
        const reward = rewardOf(task, { velocity, healthy, action: A[t] });
        expect(Math.abs(reward - R[t] - always)).toBeLessThan(1e-8);
      }
    },
  );

  test.each(cases(file))('starts as $name', async ({ env, seed, O }) => {
    const start = (await locomotion(tasks[robot](versionOf(env)))).reset(seed);
    expect(start).toEqual(Float32Array.from(O[0]));
  });

  test('takes single steps from a full state as recorded', async () => {
    const task = tasks[robot]('v5');
    const simulation = await simulate(task.model);
    const { length } = simulation.qpos;
    const pairs = cases(`${file}-one-step`);
    expect(pairs).toHaveLength(20);
    for (const { before, after } of pairs) {
      simulation.setState(before);
      // [time, qpos, qvel, warm start (as qvel), ctrl, …]
      const ctrl = before.slice(1 + 3 * length, 1 + 3 * length + simulation.controls);
      simulation.step(ctrl, task.frameSkip);
      expect(simulation.state()).toBeAllclose(after, { atol: 1e-10, rtol: 1e-10 });
    }
  });
});
