import { timeLimit, vectorize } from '@dppo/env';
import { describeEnv, describeVecEnv } from '@dppo/env/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { avoid } from './avoid.ts';
import { rows, start, ways } from './course.ts';
import { demonstrator } from './demonstrator.ts';

/** The observations and rewards of actions given one after another. */
function run(actions: readonly (readonly [number, number])[]): { obs: number[][]; rewards: number[] } {
  const env = avoid();
  const first = env.reset();
  const steps = actions.map((action) => env.step(Float32Array.from(action)));
  return {
    obs: [first, ...steps.map(({ obs }) => obs)].map((obs) => Array.from(obs)),
    rewards: steps.map(({ reward }) => reward),
  };
}

const times = (count: number, action: readonly [number, number]): (readonly [number, number])[] =>
  Array.from({ length: count }, () => action);

/** How far the actions moved what is observed last. */
function moved(actions: (readonly [number, number])[]): number[] {
  return run(actions).obs[actions.length].map((value, i) => value - [start.x, start.y][i % 2]);
}

describe('avoid', () => {
  describeEnv('avoid', () => avoid({ mode: 5 }));
  describeVecEnv('many', () => vectorize(() => timeLimit(avoid(), 30), 3));

  it('moves the rod towards the desired position like a critically damped spring, one step late', () => {
    // ω·Δt = 1.05: of 10 mm, (1 + 1.05)·e^(−1.05) = 0.7174 are left after one step from rest.
    const { obs } = run([
      [0.01, 0],
      [0, 0],
    ]);
    expect(obs[0]).toEqual(obs[1]);
    expect(obs[2]).toBeAllclose([start.x + 0.01, start.y, start.x + 0.002_826_3, start.y], {
      atol: 1e-7,
      rtol: 0,
    });
  });

  it('moves by the sum of what two sequences of actions move it by', () => {
    const part = fc.double({ min: -0.005, max: 0.005, noNaN: true });
    const action = fc.tuple(part, part);
    fc.assert(
      fc.property(fc.array(fc.tuple(action, action), { minLength: 2, maxLength: 30 }), (pairs) => {
        const [first, second] = [moved(pairs.map(([a]) => a)), moved(pairs.map(([, b]) => b))];
        const both = moved(pairs.map(([a, b]) => [a[0] + b[0], a[1] + b[1]]));
        expect(both).toBeAllclose(
          first.map((value, i) => value + second[i]),
          { atol: 1e-6, rtol: 0 },
        );
      }),
    );
  });

  it('clips each component of an action to 10 mm', () => {
    expect(run(times(5, [7, -0.3]))).toEqual(run(times(5, [0.01, -0.01])));
  });

  it('punishes every step after a cylinder was touched', () => {
    // Straight ahead, x = 0.525 passes 25 mm beside the middle of a cylinder of 30 mm; the rod has 10 mm.
    const { obs, rewards } = run([...times(30, [0, 0.01]), ...times(30, [0, -0.01])]);
    const touched = obs.findIndex(([, , x, y]) => Math.hypot(x - 0.5, y + 0.1) < 0.04);
    expect(touched).toBeGreaterThan(0);
    expect(rewards).toEqual(rewards.map((_, t) => (t + 1 < touched ? 0 : -0.1)));
  });

  it('punishes being left or right of the field only while it lasts', () => {
    const { obs, rewards } = run([...times(40, [0.01, 0]), ...times(40, [-0.01, 0])]);
    expect(obs.some(([, , x]) => x > 0.8)).toBe(true);
    expect(rewards.at(-1)).toBe(0);
    expect(rewards).toEqual(obs.slice(1).map(([, , x]) => (x > 0.8 ? -0.1 : 0)));
  });

  it.each([undefined, 5, 6, 7, 8] as const)(
    'gives 1 past the finish, and 1 more in the gap of mode %s',
    (mode) => {
      for (const way of ways) {
        const env = avoid({ mode });
        const policy = demonstrator(way, 0);
        let obs = env.reset();
        for (let t = 0; t < 130; t++) {
          const step = env.step(policy(obs));
          obs = step.obs;
          const bonus = obs[3] >= rows[2][0].y && way[2] + 5 === mode ? 1 : 0;
          expect(step.reward).toBe(bonus + (obs[3] > 0.4 ? 1 : 0));
        }
        expect(obs[3]).toBeGreaterThan(0.4);
      }
    },
  );

  it('draws six cylinders, the rod where it is, and where it came along', () => {
    const env = avoid();
    env.reset();
    const before = env.draw();
    env.step(Float32Array.of(0.01, 0));
    const { shapes } = env.draw();
    expect(before.shapes.filter(({ radius }) => radius > 0.02)).toHaveLength(6);
    expect(before.shapes.at(-1)).toMatchObject({ from: [start.x, start.y], radius: 0.01 });
    expect(shapes).toHaveLength(before.shapes.length + 1);
    expect(shapes.at(-2)).toMatchObject({ from: [start.x, start.y], to: shapes.at(-1)?.from });
  });

  it('refuses a mode that is none and an action that is not finite', () => {
    // @ts-expect-error: what a configuration file may hold
    expect(() => avoid({ mode: 4 })).toThrow('avoid: mode is 4');
    expect(() => avoid().step(Float32Array.of(0, NaN))).toThrow('avoid: action is [0, NaN]');
  });
});
