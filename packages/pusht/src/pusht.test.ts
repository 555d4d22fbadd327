import { normalize, timeLimit, vectorize } from '@dppo/env';
import { describeEnv, describeVecEnv } from '@dppo/env/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { coverage } from './coverage.ts';
import { pusht, type PushtOptions } from './pusht.ts';
import { corners } from './tee.ts';
import { downStem, shortOfGoal } from '../test/short-of-goal.ts';

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

  it('ends as a success above 95 %, and refuses a step past that', () => {
    const { x, y, block } = shortOfGoal;
    const env = pusht({ start: shortOfGoal });
    expect(env.reset()).toBeAllclose([x, y, block.x, block.y, block.angle], { atol: 1e-4 });
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
    expect(() => env.step(target)).toThrow('pusht: step without an episode, wanted a reset before it');
    env.reset();
    expect(env.step(target).terminated).toBe(steps[0].terminated);
  });

  it('starts as with seed 0 where it was never seeded, and shows that before', () => {
    const env = pusht();
    const { shapes } = env.draw();
    const first = env.reset();
    expect(env.draw().shapes).toEqual(shapes);
    const [next, again] = [env.reset(), env.reset(0)];
    expect(first).toEqual(again);
    expect(env.reset()).toEqual(next);
  });

  it('refuses a step before the first reset', () => {
    for (const env of [pusht(), pusht({ start: shortOfGoal })]) {
      const step = () => env.step(Float32Array.of(256, 256));
      expect(step).toThrow(new Error('pusht: step without an episode, wanted a reset before it'));
      env.reset();
      expect(step).not.toThrow();
    }
  });

  it('refuses a start that is out of the field or no numbers', () => {
    const { block } = shortOfGoal;
    for (const [given, found] of [
      [{ x: Number.NaN }, 'start.x is NaN, wanted a number in [0, 512]'],
      [{ y: 513 }, 'start.y is 513, wanted a number in [0, 512]'],
      [{ block: { ...block, x: -700 } }, 'start.block.x is -700, wanted a number in [0, 512]'],
      [{ block: { ...block, y: Infinity } }, 'start.block.y is Infinity, wanted a number in [0, 512]'],
      [{ block: { ...block, angle: Number.NaN } }, 'start.block.angle is NaN, wanted a finite number'],
    ] as const) {
      const make = () => pusht({ start: { ...shortOfGoal, ...given } });
      expect(make).toThrow(new RangeError(`pusht: ${found}`));
    }
    for (const x of [0, 512]) expect(pusht({ start: { ...shortOfGoal, x } }).reset()[0]).toBe(x);
  });

  it('refuses what is no observation, and actions that are out of range or no numbers', () => {
    for (const observation of ['pixels', 'toString']) {
      // @ts-expect-error: what a configuration file may hold
      expect(() => pusht({ observation })).toThrow(
        new RangeError(`pusht: observation is ${observation}, wanted state or keypoints`),
      );
    }
    const env = pusht();
    env.reset(0);
    for (const action of [[1], [0, NaN], [-1, 3], [5, 513]]) {
      expect(() => env.step(Float32Array.from(action))).toThrow(
        `pusht: action is [${action.join(', ')}], wanted 2 numbers in [0, 512]`,
      );
    }
  });
});
