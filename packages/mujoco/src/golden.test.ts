import { readGolden } from '@dppo/testing';
import { describe, expect, test } from 'vitest';

import { halfCheetahTask } from './half-cheetah.ts';
import { hopperTask } from './hopper.ts';
import { locomotion, observe, rewardOf } from './locomotion.ts';
import type { Task, Version } from './locomotion.ts';
import { simulate } from './simulation.ts';
import { walker2dTask } from './walker2d.ts';

/** A recorded trajectory of Gymnasium whose episode goes on where the robot falls. */
interface Trajectory {
  readonly name: string;
  readonly env: string;
  readonly seed: number;
  /** state after reset(seed) */
  readonly q0: readonly number[];
  readonly v0: readonly number[];
  /** float32 actions [T, Da], observations [T + 1, Do], rewards [T], is_healthy [T] */
  readonly A: readonly number[][];
  readonly O: readonly number[][];
  readonly R: readonly number[];
  readonly H: readonly boolean[];
}

interface Pair {
  readonly name: string;
  /** the full state before and after one environment step; the action is in it */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function cases<Case>(name: string): Case[] {
  return (readGolden(new URL(`../golden/${name}.json.gz`, import.meta.url))?.cases ??
    []) as unknown as Case[];
}

const tasks = {
  Hopper: hopperTask,
  Walker2d: walker2dTask,
  HalfCheetah: () => halfCheetahTask,
};

// A chaotic robot: rounding errors grow tenfold in three steps, so its first steps are compared.
const compared = { Hopper: 60, Walker2d: 60, HalfCheetah: 15 };

const taskOf = (robot: keyof typeof tasks, env: string): [Task, Version] => {
  const version = env.slice(-2) as Version;
  return [tasks[robot](version), version];
};

describe.each(['Hopper', 'Walker2d', 'HalfCheetah'] as const)('%s', (robot) => {
  const file = robot.toLowerCase();

  test.each(cases<Trajectory>(file))(
    'follows $name in observation, reward and health',
    async ({ env, q0, v0, A, O, R, H }) => {
      const [task, version] = taskOf(robot, env);
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

  test.each(cases<Trajectory>(file))('starts as $name', async ({ env, seed, O }) => {
    const [task] = taskOf(robot, env);
    const start = (await locomotion(task)).reset(seed);
    expect(start).toEqual(Float32Array.from(O[0]));
  });

  test('takes single steps from a full state as recorded', async () => {
    const task = tasks[robot]('v5');
    const simulation = await simulate(task.model);
    const { length } = simulation.qpos;
    const pairs = cases<Pair>(`${file}-one-step`);
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
