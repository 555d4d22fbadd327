import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { type Env, type EnvState, normalize, timeLimit, vectorize } from '@dppo/env';
import { describeEnv, describeVecEnv } from '@dppo/env/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { coverage } from './coverage.ts';
import { pusht, type PushtOptions } from './pusht.ts';
import { corners, goal } from './tee.ts';
import { pushed } from '../test/pushed.ts';

const observations = ['state', 'keypoints'] as const;

/** Observations and actions in [−1, 1]. */
function scaled(observation: NonNullable<PushtOptions['observation']>) {
  const env = pusht({ observation });
  const [obsDim] = env.obsShape;
  return normalize(env, {
    obsMin: new Float32Array(obsDim),
    obsMax: new Float32Array(obsDim).fill(512),
    actionMin: [0, 0],
    actionMax: [512, 512],
  });
}

/** The point that is so far down the stem of the goal. */
function downStem(by: number): readonly [number, number] {
  return [goal.x - by * Math.SQRT1_2, goal.y + by * Math.SQRT1_2];
}

function saved({ save }: Env): EnvState {
  if (!save) throw new Error('an environment without save');
  return save();
}

/** What a process of its own comes to from a state. */
function elsewhere(state: EnvState, steps: number): unknown {
  const script = fileURLToPath(new URL('../test/push-on.ts', import.meta.url));
  const words = ['--conditions=@dppo/source', '--import', import.meta.resolve('tsx'), script, `${steps}`];
  const input = JSON.stringify(Array.from(state));
  return JSON.parse(execFileSync(process.execPath, words, { input, encoding: 'utf8' }));
}

describe('pusht', () => {
  describe.each(observations)('with %s', (observation) => {
    describeEnv('pusht', () => scaled(observation));
    describeVecEnv('many', () => vectorize(() => timeLimit(scaled(observation), 30), 3));
  });

  it('pulls the disc to the action by a damped spring', () => {
    const env = pusht();
    // Seed 0 begins at (390, 304), as numpy draws it, with the block far to the left.
    expect([...env.reset(0)].slice(0, 2)).toEqual([390, 304]);
    // Ten steps of semi-implicit Euler of ẍ = 100(a − x) − 20ẋ for 10 ms: with ω = 10 s⁻¹ and critical damping the offset of −10 px is
    // d₁₀ and its speed v₁₀ of v ← .8v − d, d ← d + .01v.
    let [offset, speed] = [-10, 0];
    for (let i = 0; i < 10; i++) {
      speed = 0.8 * speed - offset;
      offset += 0.01 * speed;
    }
    const { obs } = env.step(Float32Array.of(400, 304));
    expect(obs.subarray(0, 2)).toBeAllclose([400 + offset, 304], { atol: 1e-4, rtol: 0 });
  });

  it('leaves the block where it is unless something pushes it', () => {
    const env = pusht();
    const first = env.reset(0);
    const away = Float32Array.of(500, 20);
    for (let t = 0; t < 20; t++) expect([...env.step(away).obs.subarray(2)]).toEqual([...first.subarray(2)]);
  });

  it('shows the same moment as corners and as poses', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(fc.tuple(fc.nat(512), fc.nat(512)), { maxLength: 8 }),
        (seed, actions) => {
          const [byState, byKeypoints] = observations.map((observation) => {
            const env = pusht({ observation });
            let obs = env.reset(seed);
            for (const action of actions) obs = env.step(Float32Array.from(action)).obs;
            return obs;
          });
          const [x, y, blockX, blockY, angle] = byState;
          const wanted = [...corners({ x: blockX, y: blockY, angle }), x, y];
          // Positions up to 512 in float32, and 120 px times the rounding of an angle.
          expect(byKeypoints).toBeAllclose(wanted, { atol: 2e-4, rtol: 0 });
        },
      ),
      { numRuns: 20 },
    );
  });

  it('rewards the part of the goal that is covered, up to 95 %', () => {
    const env = pusht({ start: { x: 150, y: 256, block: { x: 240, y: 230, angle: 0.3 } } });
    env.reset();
    const rewards = Array.from({ length: 40 }, (_, t) => {
      const target = Float32Array.of(240 + 60 * Math.cos(t / 2), 250 + 60 * Math.sin(t / 2));
      const { obs, reward, progress, ...ends } = env.step(target);
      const [, , x, y, angle] = obs;
      expect(progress).toBeCloseTo(coverage({ x, y, angle }), 4);
      expect(reward).toBe(Math.min(Number(progress) / 0.95, 1));
      expect(ends).toEqual({ terminated: false, truncated: false, success: false });
      return reward;
    });
    expect(new Set(rewards).size).toBeGreaterThan(10);
  });

  it('goes on with its own generator where it is given no seed', () => {
    const env = pusht();
    const first = [...env.reset(5)];
    const second = [...env.reset()];
    expect(second).not.toEqual(first);
    expect([...env.reset(5)]).toEqual(first);
    expect([...env.reset()]).toEqual(second);
  });

  it('draws goal and block of the same shape, the field, and the disc last', () => {
    const env = pusht();
    const [x, y] = env.reset(3);
    const { shapes, center, width } = env.draw();
    expect([...center, width]).toEqual([256, -256, (4 / 3) * 512]);
    const [disc] = shapes.slice(-1);
    expect(disc).toMatchObject({ from: [x, -y], to: [x, -y], radius: 15 });
    const part = (red: number) => shapes.filter(({ color }) => color[0] === red);
    const lengths = (red: number) =>
      part(red).map(({ from, to, radius }) => Math.hypot(from[0] - to[0], from[1] - to[1]) + 2 * radius);
    expect(lengths(119)).toBeAllclose(lengths(144), { atol: 1e-9 });
    // Bar and stem are as long as they are wide from end to end.
    expect(lengths(119)[0]).toBeCloseTo(120, 9);
    // The middle of the goal's bar is 15 px below its origin, seen from above and turned by 45°.
    const [{ from, to }] = part(144);
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const along = 15 * Math.SQRT1_2;
    expect(middle).toBeAllclose([goal.x - along, -(goal.y + along)], { atol: 1e-9 });
  });

  it('ends as a success above 95 %, and refuses a step past that', () => {
    // The block is 8 px short of the goal along its stem, the disc touches the end of the stem and pushes it there.
    const [x, y] = downStem(8 + 120 + 15);
    const [blockX, blockY] = downStem(8);
    const env = pusht({ start: { x, y, block: { x: blockX, y: blockY, angle: goal.angle } } });
    expect(env.reset()).toBeAllclose([x, y, blockX, blockY, goal.angle], { atol: 1e-4 });
    const target = Float32Array.from(downStem(120 + 15));
    const steps = [env.step(target)];
    while (!steps[steps.length - 1].terminated && steps.length < 20) steps.push(env.step(target));
    const last = steps[steps.length - 1];
    expect(last).toMatchObject({ terminated: true, truncated: false, success: true, reward: 1 });
    expect(last.progress).toBeGreaterThan(0.95);
    for (const { progress, success, terminated } of steps.slice(0, -1)) {
      expect(progress).toBeLessThanOrEqual(0.95);
      expect([success, terminated]).toEqual([false, false]);
    }
    expect(() => env.step(target)).toThrow('pusht: a step past the end of the episode, wanted a reset');
    env.reset();
    expect(env.step(target).terminated).toBe(steps[0].terminated);
  });

  it('goes on in another process with the same bits, also where it stands past the end', () => {
    const [env, here] = [pusht(), pusht()];
    env.reset(3);
    pushed(env, 40);
    const state = saved(env);
    expect(elsewhere(state, 60)).toEqual(pushed(env, 60));
    env.reset(4);
    expect(saved(env)).toHaveLength(10);
    here.restore?.(state);
    expect(saved(here)).toEqual(state);
    const [x, y] = downStem(8 + 120 + 15);
    const [blockX, blockY] = downStem(8);
    const start = { x, y, block: { x: blockX, y: blockY, angle: goal.angle } };
    const [short, other] = [pusht({ start }), pusht({ start })];
    const target = Float32Array.from(downStem(120 + 15));
    for (let t = 0; t < 20 && !short.step(target).terminated; t++);
    other.restore?.(saved(short));
    expect(() => other.step(target)).toThrow('pusht: a step past the end of the episode, wanted a reset');
  });

  it('refuses a state that is none of its own', () => {
    const env = pusht();
    const state = saved(env);
    expect(() => env.restore?.(state.slice(1))).toThrow('pusht: state has 9 numbers, wanted 10');
    expect(() => env.restore?.(Float64Array.of(...state, 5))).toThrow(
      'pusht: state has 11 numbers, wanted 10',
    );
    expect(() => env.restore?.(Float64Array.of(...state, 5, 513))).toThrow(
      new RangeError('pusht: state has actions in it that are none in [0, 512]'),
    );
  });

  it('refuses what is no observation, and actions that are out of range or no numbers', () => {
    // @ts-expect-error: what a configuration file may hold
    expect(() => pusht({ observation: 'pixels' })).toThrow(
      'pusht: observation is pixels, wanted state or keypoints',
    );
    const env = pusht();
    env.reset(0);
    for (const action of [[1], [0, NaN], [-1, 3], [5, 513]]) {
      expect(() => env.step(Float32Array.from(action))).toThrow(
        `pusht: action is [${action.join(', ')}], wanted 2 numbers in [0, 512]`,
      );
    }
  });
});
