import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeEnv } from '@dppo/env/testing';
import { pcg64 } from '@dppo/env';
import { mujocoEngine } from '@dppo/mujoco';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { canTask } from './can.ts';
import { can, lift, robosuiteMeshes, square, transport } from './index.ts';
import { liftTask } from './lift.ts';
import { manipulation } from './manipulation.ts';
import type { Manipulation } from './manipulation.ts';
import { robosuiteEnv } from './robosuite-env.ts';
import { squareTask } from './square.ts';
import type { Task } from './task.ts';
import { meshes } from '../test/meshes.ts';

const engine = await mujocoEngine();
const on = { engine, meshes };
const make = (task: Task): Manipulation => manipulation(task, { engine, files: meshes });
const cube = liftTask([0.021, 0.021, 0.021]);

afterEach(() => void vi.unstubAllEnvs());

describeEnv('lift', () => lift(on));

it.each([
  { name: 'lift', env: lift(on), obs: 19, action: 7, horizon: 300 },
  { name: 'can', env: can(on), obs: 23, action: 7, horizon: 300 },
  { name: 'square', env: square(on), obs: 23, action: 7, horizon: 400 },
  { name: 'transport', env: transport(on), obs: 59, action: 14, horizon: 800 },
])("$name has the reference's sizes and length", async ({ env, obs, action, horizon }) => {
  const made = await env;
  expect([made.obsShape, made.actionShape, made.horizon]).toEqual([[obs], [action], horizon]);
  expect(made.reset(0)).toHaveLength(obs);
  const step = made.step(new Float32Array(action));
  expect(step).toMatchObject({ reward: 0, terminated: false, truncated: false, success: false });
});

it.each([
  { name: 'lift', env: lift(on) },
  { name: 'can', env: can(on) },
  { name: 'square', env: square(on) },
  { name: 'transport', env: transport(on) },
])(
  '$name is seen by our camera where none is named, with what is red in the picture',
  async ({ name, env }) => {
    const made = await env;
    made.reset(0);
    const size = { width: 160, height: 120 };
    const usual = made.picture(size);
    expect(usual).toEqual(made.picture({ camera: 'filmview', ...size }));
    expect(usual).not.toEqual(made.picture({ camera: 'agentview', ...size }));
    const red = usual.rgb.filter((value, i) => i % 3 === 0 && value > 2 * usual.rgb[i + 1]);
    // The hammer is in its bin.
    expect(red.length > 20).toBe(name !== 'transport');
    expect(() => made.picture({ camera: 'top', ...size })).toThrow(
      /^(\w+): the model has no camera of the name top, wanted one of .*filmview, agentview/,
    );
  },
);

describe('a reset', () => {
  it('puts arm and cube where the reference does', () => {
    const made = make(cube);
    const generator = pcg64(1);
    const at = made.simulation.model.jnt_qposadr[made.simulation.id('joint', 'cube_joint0')];
    const rows = Array.from({ length: 300 }, () => {
      made.reset(generator);
      return made.simulation.qpos.slice();
    });
    for (const qpos of rows) {
      expect(Math.max(Math.abs(qpos[at]), Math.abs(qpos[at + 1]))).toBeLessThan(0.03);
      expect(qpos[at + 2]).toBe(0.8 + 0.01 + 0.021);
      expect([qpos[at + 4], qpos[at + 5]]).toEqual([0, 0]);
      expect(qpos.slice(7, 9)).toEqual(Float64Array.of(0.020833, -0.020833));
    }
    // The mean of 300 draws of deviation 0.02 is off by less than 5·0.02/√300, the deviation by less than a fifth.
    const second = rows.map((qpos) => qpos[1] - Math.PI / 16);
    const mean = second.reduce((sum, value) => sum + value) / 300;
    const deviation = Math.sqrt(second.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 300);
    expect(Math.abs(mean)).toBeLessThan(0.0058);
    expect(Math.abs(deviation / 0.02 - 1)).toBeLessThan(0.2);
    const yaws = rows.map((qpos) => Math.abs(2 * Math.atan2(qpos[at + 6], qpos[at + 3])));
    expect([Math.min(...yaws) < 0.2, Math.max(...yaws) > 6]).toEqual([true, true]);
  });

  it.each([
    { name: 'can', task: canTask, joint: 'Can_joint0', x: [-0.02, 0.22], y: [-0.42, -0.08], z: 0.86 },
    {
      name: 'square',
      task: squareTask,
      joint: 'SquareNut_joint0',
      x: [-0.115, -0.11],
      y: [0.11, 0.225],
      z: 0.89,
    },
  ])('of $name begins alike with and without what is put away', ({ task, joint, x, y, z }) => {
    const [slim, full] = [make(task('slim')), make(task('full'))];
    for (let seed = 0; seed < 50; seed++) {
      const [a, b] = [slim, full].map((made) => {
        made.reset(pcg64(seed));
        const at = made.simulation.model.jnt_qposadr[made.simulation.id('joint', joint)];
        return made.simulation.qpos.slice(at, at + 7);
      });
      expect(b).toEqual(a);
      expect([a[0] >= x[0], a[0] <= x[1], a[1] >= y[0], a[1] <= y[1], a[2]]).toEqual([
        true,
        true,
        true,
        true,
        z,
      ]);
    }
  });
});

describe('an action', () => {
  it('of zeros holds the hand where it is', () => {
    const made = make(cube);
    made.reset(pcg64(3));
    const { site } = made.arms[0];
    const before = made.simulation.site_xpos.slice(3 * site, 3 * site + 3);
    for (let t = 0; t < 20; t++) made.control(new Float64Array(7));
    const after = made.simulation.site_xpos.slice(3 * site, 3 * site + 3);
    expect(after).toBeAllclose(before, { atol: 2e-3, rtol: 0 });
  });

  it.each([0, 1, 2])('moves the hand along axis %i', (axis) => {
    const made = make(cube);
    made.reset(pcg64(3));
    const { site } = made.arms[0];
    const before = made.simulation.site_xpos.slice(3 * site, 3 * site + 3);
    const action = new Float64Array(7);
    action[axis] = axis === 2 ? 0.5 : 1;
    for (let t = 0; t < 10; t++) made.control(action);
    const moved = made.simulation.site_xpos
      .slice(3 * site, 3 * site + 3)
      .map((value, i) => value - before[i]);
    expect(moved[axis]).toBeGreaterThan(0.05);
    expect(Math.max(...moved.map((value, i) => (i === axis ? 0 : Math.abs(value))))).toBeLessThan(0.02);
  });

  it('closes the gripper all the way in eight steps, and holds it at 0', () => {
    const made = make(cube);
    made.reset(pcg64(3));
    const { gripper } = made.arms[0];
    for (let t = 0; t < 4; t++) made.control([0, 0, 0, 0, 0, 0, 1]);
    expect(gripper.memory).toBeAllclose([-1, 1], { atol: 1e-9, rtol: 0 });
    for (let t = 0; t < 4; t++) made.control([0, 0, 0, 0, 0, 0, -0.1]);
    expect(gripper.memory).toBeAllclose([0, 0], { atol: 1e-9, rtol: 0 });
    for (let t = 0; t < 8; t++) made.control([0, 0, 0, 0, 0, 0, -1]);
    expect(gripper.memory).toEqual(Float64Array.of(1, -1));
    const open = gripper.memory.slice();
    made.control(new Float64Array(7));
    expect(gripper.memory).toEqual(open);
  });
});

/** The manipulation of a task one step after its object was put at a position. */
function withObjectAt(task: Task, joint: string, pos: readonly number[]): Manipulation {
  const made = make(task);
  made.reset(pcg64(0));
  const qpos = made.simulation.qpos.slice();
  qpos.set([...pos, 1, 0, 0, 0], made.simulation.model.jnt_qposadr[made.simulation.id('joint', joint)]);
  made.begin(qpos);
  made.control(new Float64Array(7));
  return made;
}

describe('success', () => {
  it.each([
    { title: 'a cube in the air', task: cube, joint: 'cube_joint0', pos: [0.2, 0.2, 0.9], done: true },
    { title: 'a cube on the table', task: cube, joint: 'cube_joint0', pos: [0.2, 0.2, 0.821], done: false },
    {
      title: 'a can in its quarter',
      task: canTask('slim'),
      joint: 'Can_joint0',
      pos: [0.2, 0.4, 0.861],
      done: true,
    },
    {
      title: 'a can beside it',
      task: canTask('slim'),
      joint: 'Can_joint0',
      pos: [0, 0.4, 0.861],
      done: false,
    },
    {
      title: 'a nut on the peg',
      task: squareTask('slim'),
      joint: 'SquareNut_joint0',
      pos: [0.23, 0.1, 0.84],
      done: true,
    },
    {
      title: 'a nut above the peg',
      task: squareTask('slim'),
      joint: 'SquareNut_joint0',
      pos: [0.23, 0.1, 0.99],
      done: false,
    },
  ])('of $title is $done', ({ task, joint, pos, done }) => {
    const { rules } = withObjectAt(task, joint, pos);
    expect(rules.success()).toBe(done);
    const shaped = rules.shaped();
    expect(done ? shaped === 1 : shaped > 0 && shaped < 0.7).toBe(true);
  });

  it('shapes the reward of a cube by its distance from the hand', () => {
    const { rules, simulation, arms } = withObjectAt(cube, 'cube_joint0', [0.2, 0.2, 0.821]);
    const at = simulation.id('body', 'cube_main');
    const apart = [0, 1, 2].map(
      (i) => simulation.xpos[3 * at + i] - simulation.site_xpos[3 * arms[0].site + i],
    );
    expect(rules.shaped()).toBeCloseTo((1 - Math.tanh(10 * Math.hypot(...apart))) / 2.25, 12);
  });
});

describe('an environment', () => {
  it('repeats a step exactly from a state, with the goal that the hand held', async () => {
    const env = await lift(on);
    env.reset(0);
    for (let t = 0; t < 5; t++) env.step(Float32Array.of(0.2, 0.1, -0.3, 0.4, 0, 0.2, 1));
    const state = env.save();
    const hold = Float32Array.of(0.1, 0, 0, 0, 0, 0, 1);
    const first = [0, 1, 2].map(() => env.step(hold));
    env.reset(9);
    env.restore(Float64Array.from(state));
    expect([0, 1, 2].map(() => env.step(hold))).toEqual(first);
    const other = await lift(on);
    other.restore(state);
    expect([0, 1, 2].map(() => other.step(hold))).toEqual(first);
  });

  it('repeats its first step from the state of a reset', async () => {
    const env = await lift(on);
    env.reset(0);
    const state = env.save();
    const first = env.step(new Float32Array(7).fill(0.5));
    env.restore(state);
    expect(env.step(new Float32Array(7).fill(0.5))).toEqual(first);
  });

  it('is cut at its horizon, and not stepped past it', async () => {
    const env = await lift(on);
    expect(() => env.step(new Float32Array(7))).toThrow(
      'lift: step without an episode, wanted a reset before it',
    );
    env.reset(0);
    env.restore(env.save().map((number, i) => (i === 2 ? 298 : number)));
    expect(env.step(new Float32Array(7)).truncated).toBe(false);
    expect(env.step(new Float32Array(7)).truncated).toBe(true);
    expect(() => env.step(new Float32Array(7))).toThrow(
      'lift: step after the end of the episode, which has 300 steps, wanted a reset before it',
    );
  });

  it('earns the shaped reward where that is asked for', async () => {
    const env = await lift({ ...on, reward: 'shaped' });
    env.reset(0);
    const { reward } = env.step(new Float32Array(7));
    expect(reward > 0 && reward < 1 / 2.25).toBe(true);
  });

  it.each([
    { action: new Float32Array(6), reason: 'lift: action has 6 numbers, wanted 7' },
    {
      action: Float32Array.of(0, 0, NaN, 0, 0, 0, 0),
      reason: 'lift: action[2] is NaN, wanted numbers in [−1, 1]',
    },
    { action: Float32Array.of(0, 0, 0, 0, 0, 0, -1.5), reason: 'lift: action[6] is -1.5, wanted numbers' },
  ])('refuses $reason', async ({ action, reason }) => {
    const env = await lift(on);
    env.reset(0);
    expect(() => env.step(action)).toThrow(reason);
  });

  it('says what its model lacks', async () => {
    const model = '<mujoco><worldbody><body><freejoint/><geom size="1"/></body></worldbody></mujoco>';
    await expect(robosuiteEnv({ ...cube, model }, { ...on, reward: 'sparse' })).rejects.toThrow(
      'lift: the model has no site of the name gripper0_grip_site',
    );
    await expect(lift({ engine, meshes: {} })).rejects.toThrow(
      /^lift: Error opening file 'link0\.stl': wanted a model without files/,
    );
    expect(() => lift({ ...on, halfSizes: [0.02, 0.02, 0] })).toThrow('lift: halfSizes is [0.02, 0.02, 0]');
    expect(() => transport({ ...on, head: NaN })).toThrow('transport: head is NaN');
  });
});

it('says why there are no meshes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  vi.stubEnv('PATH', folder);
  await expect(robosuiteMeshes({ cache: folder })).rejects.toThrow(
    "robosuiteMeshes: robosuite's meshes cannot be had: Python's pip is missing",
  );
});
