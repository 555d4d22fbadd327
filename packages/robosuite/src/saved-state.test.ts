import { mujocoEngine } from '@dppo/mujoco';
import { describe, expect, it } from 'vitest';

import { can, lift, square, transport } from './index.ts';
import { meshes } from '../test/meshes.ts';

const on = { engine: await mujocoEngine(), meshes };

describe('an environment', () => {
  it.each([
    { title: 'a smaller cube', of: lift({ ...on, halfSizes: [0.02, 0.021, 0.021] }), into: lift(on) },
    { title: 'a larger hammer', of: transport({ ...on, head: 0.018 }), into: transport(on) },
    { title: 'more objects', of: square({ ...on, objects: 'full' }), into: square(on) },
  ])('refuses a state of its task with $title', async ({ of, into }) => {
    const [other, env] = await Promise.all([of, into]);
    for (const each of [other, env]) each.reset(0);
    const state = other.save();
    expect(() => env.restore(state)).toThrow(RangeError);
    expect(() => env.restore(state)).toThrow(
      /^(\w+): restore was given a state of another model of \1, wanted one that was made with the same options$/,
    );
  });

  it('refuses what is no state of its task', async () => {
    const [env, other] = [await can(on), await square(on)];
    for (const each of [env, other]) each.reset(0);
    const state = env.save();
    expect(() => env.restore(other.save())).toThrow(
      'can: restore was given a state of square, wanted one of can',
    );
    expect(() => env.restore(Float64Array.of(1, 2, 3))).toThrow(
      'can: restore was given a state of none of the tasks of arms, wanted one of can',
    );
    const wanted = `wanted ${state.length}`;
    expect(() => env.restore(new Float64Array(0))).toThrow(`can: state has 0 numbers, ${wanted}`);
    expect(() => env.restore(state.subarray(0, -1))).toThrow(
      `can: state has ${state.length - 1} numbers, ${wanted}`,
    );
    expect(() => env.restore(state.with(20, NaN))).toThrow('can: state[20] is NaN, wanted finite numbers');
    env.restore(state);
  });
});
