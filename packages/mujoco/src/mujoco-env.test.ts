import { describeEnv } from '@dppo/env/testing';
import { describe, expect, it } from 'vitest';

import { mujocoEnv, uniform } from './index.ts';
import type { Task } from './index.ts';

/** A cart that is to stand still at the origin. */
const cart: Task = {
  name: 'cart',
  model: `
<mujoco>
  <option timestep="0.01"/>
  <worldbody>
    <body><joint name="x" type="slide" axis="1 0 0"/><geom size="0.1" mass="1"/></body>
  </worldbody>
  <actuator><motor joint="x" ctrllimited="true" ctrlrange="-1 1"/></actuator>
  <sensor><jointpos joint="x"/></sensor>
</mujoco>`,
  frameSkip: 10,
  viewWidth: 4,
  start: ({ qpos }, generator) => {
    qpos[0] += uniform(0.5)(generator);
  },
  observe: ({ qpos, qvel, sensordata }) => [qpos[0], qvel[0], sensordata[0]],
  terminated: ({ qpos }) => Math.abs(qpos[0]) > 1,
  position: ({ qpos }) => qpos[0],
  reward: ({ qpos }, { action }) => -(qpos[0] ** 2) - 0.01 * action[0] ** 2,
};

const ball = (_: unknown, i: number): string =>
  `<body pos="0 0 ${0.05 * i}"><freejoint/><geom size="0.1"/></body>`;

describeEnv('a cart of our own', () => mujocoEnv(cart));

describe('mujocoEnv', () => {
  it('moves a mass as Newton says', async () => {
    const env = await mujocoEnv({ ...cart, start: () => {} });
    env.reset(0);
    const { obs, reward, terminated } = env.step(Float32Array.of(1));
    // Ten semi-implicit steps h of 1 m/s² from rest: v = 10·h, x = h²·(1 + … + 10) = 55·h².
    expect(obs.subarray(0, 2)).toBeAllclose([0.0055, 0.1], { rtol: 1e-6 });
    expect(reward).toBeCloseTo(-(0.0055 ** 2) - 0.01, 12);
    expect(terminated).toBe(false);
  });

  it('reports the change of the position per second and the end of the task to the reward', async () => {
    const seen: unknown[] = [];
    const env = await mujocoEnv({
      ...cart,
      start: ({ qpos, qvel }) => {
        qpos[0] = 0.95;
        qvel[0] = 1;
      },
      reward: (_, { velocity, terminated }) => {
        seen.push(velocity.toFixed(6), terminated);
        return 0;
      },
    });
    env.reset(0);
    expect(env.step(Float32Array.of(0)).terminated).toBe(true);
    expect(seen).toEqual(['1.000000', true]);
  });

  it('is seen by cameras of its model, one after the other, as it is then', async () => {
    const cameras = '<camera name="top" pos="0 0 3"/><camera name="beside" pos="9 0 3"/>';
    const model = cart.model.replace('<worldbody>', `<worldbody>${cameras}`);
    const env = await mujocoEnv({ ...cart, model, start: () => {} });
    env.reset(0);
    const pixel = (camera: string): number[] => [...env.picture({ camera, width: 1, height: 1 }).rgb];
    const [first, nothing] = [pixel('top'), [204, 217, 230]];
    expect(first).not.toEqual(nothing);
    expect([pixel('beside'), pixel('top')]).toEqual([nothing, first]);
    for (let t = 0; t < 9; t++) env.step(Float32Array.of(1));
    expect(pixel('top')).toEqual(nothing);
    expect(() => pixel('front')).toThrow('cart: the model has no camera of the name front');
    expect(() => env.picture({ width: 1, height: 1 })).toThrow('cart: picture without a camera');
  });

  it.each([
    [
      { model: '<mujoco><nonsense/></mujoco>' },
      /^cart: model is not valid: .*element 'nonsense'|Element 'nonsense'/s,
    ],
    [{ model: '<mujoco/>' }, 'cart: model has no actuators'],
    [{ frameSkip: 0 }, 'cart: frameSkip is 0, wanted a whole number of at least 1'],
    [{ observe: () => [] }, 'cart: observe gave no numbers, wanted at least one'],
  ] satisfies [Partial<Task>, unknown][])('refuses %o', async (wrong, message) => {
    await expect(mujocoEnv({ ...cart, ...wrong })).rejects.toThrow(message);
  });

  it('says which step gave a wrong observation or reward', async () => {
    let length = 1;
    const growing = await mujocoEnv({ ...cart, observe: () => Array.from({ length: length++ }, () => 0) });
    expect(() => growing.reset(0)).toThrow('cart: observe gave 3 numbers in step 0 of the episode, 2 before');
    const unpaid = await mujocoEnv({ ...cart, reward: () => NaN });
    unpaid.reset(0);
    expect(() => unpaid.step(Float32Array.of(0))).toThrow('cart: reward is NaN in step 1 of the episode');
    expect(() => unpaid.step(Float32Array.of(0, 0))).toThrow(
      'cart: action is [0, 0], wanted 1 finite numbers',
    );
  });

  it('throws where MuJoCo runs out of memory for contacts', async () => {
    const crowd = cart.model
      .replace('<option', '<size memory="60K"/><option')
      .replace('<body>', `${Array.from({ length: 20 }, ball).join('')}<body>`);
    const env = await mujocoEnv({ ...cart, model: crowd, start: () => {} });
    expect(() => {
      env.reset(0);
      for (let t = 0; t < 5; t++) env.step(Float32Array.of(0));
    }).toThrow(/memory is full|out of memory/);
  });
});
