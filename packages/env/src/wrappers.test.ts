import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { clipAction } from './clip-action.ts';
import { endAtSuccess } from './end-at-success.ts';
import type { Env } from './env.ts';
import { multiStep } from './multi-step.ts';
import { normalize } from './normalize.ts';
import { recordEpisodes } from './record-episodes.ts';
import { pointMass } from './point-mass.ts';
import { describeEnv } from './testing/index.ts';
import { taskLength, timeLimit } from './time-limit.ts';

/** Observes the last action; never ends nor succeeds unless told. */
function echo({ terminatedAt = Infinity, truncatedAt = Infinity, successAt = Infinity } = {}): Env {
  let t = 0;
  return {
    obsShape: [2],
    actionShape: [2],
    reset: () => {
      t = 0;
      return new Float32Array(2);
    },
    step: (action) => ({
      obs: action.slice(),
      reward: 0,
      terminated: ++t >= terminatedAt,
      truncated: t < terminatedAt && t >= truncatedAt,
      success: t >= successAt,
    }),
  };
}

/** A point mass whose steps say whether it is within `reach` of the middle. */
function arriving(reach: number): Env {
  const env = pointMass();
  return {
    ...env,
    step(action) {
      const step = env.step(action);
      return { ...step, success: Math.abs(step.obs[0]) < reach };
    },
  };
}

const bounds = { obsMin: [-2, -4], obsMax: [2, 4], actionMin: [-1], actionMax: [1] };

const wrappers: Record<string, (env: Env) => Env> = {
  clipAction: (env) => clipAction(env, -1, 1),
  endAtSuccess,
  multiStep: (env) => multiStep(env),
  normalize: (env) =>
    normalize(env, { obsMin: [0, 0], obsMax: [1, 1], actionMin: [0, 0], actionMax: [1, 1] }),
  recordEpisodes: (env) => recordEpisodes(env, () => {}),
  taskLength: (env) => taskLength(env, 100),
  timeLimit: (env) => timeLimit(env, 100),
};

describe.each(Object.entries(wrappers))('%s', (_, wrap) => {
  it('passes on whether a step terminated or truncated the episode', () => {
    const at = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(fc.record({ terminatedAt: at, truncatedAt: at }), (ends) => {
        const [inner, env] = [echo(ends), wrap(echo(ends))];
        inner.reset();
        env.reset();
        for (let t = 0; t < 8; t++) {
          const { terminated, truncated } = inner.step(new Float32Array(2));
          expect(env.step(new Float32Array(2))).toMatchObject({ terminated, truncated });
        }
      }),
    );
  });

  it('passes on the seed of a reset', () => {
    const seeds: (number | undefined)[] = [];
    const env = wrap({ ...echo(), reset: (seed) => (seeds.push(seed), new Float32Array(2)) });
    env.reset(7);
    env.reset();
    expect(seeds).toEqual([7, undefined]);
  });
});

describe('timeLimit', () => {
  describeEnv('a limited point mass', () => timeLimit(pointMass(), 10));

  it('truncates in the last allowed step and not before, in every episode', () => {
    const env = timeLimit(echo(), 3);
    for (let episode = 0; episode < 2; episode++) {
      env.reset();
      const ends = [1, 2, 3].map(() => env.step(new Float32Array(2)));
      expect(ends.map(({ truncated }) => truncated)).toEqual([false, false, true]);
      expect(ends.some(({ terminated }) => terminated)).toBe(false);
    }
  });

  it('leaves a step terminated alone where the task ends at the limit', () => {
    const env = timeLimit(echo({ terminatedAt: 2 }), 2);
    env.reset();
    env.step(new Float32Array(2));
    expect(env.step(new Float32Array(2))).toMatchObject({ terminated: true, truncated: false });
  });

  it('refuses a limit below one', () => {
    expect(() => timeLimit(echo(), 0)).toThrow('timeLimit: maxEpisodeSteps is 0');
  });
});

describe('taskLength', () => {
  describeEnv('a point mass for ten steps', () => taskLength(pointMass(), 10));

  it('ends the task in the last step and not before, in every episode', () => {
    const env = taskLength(echo(), 3);
    for (let episode = 0; episode < 2; episode++) {
      env.reset();
      const ends = [1, 2, 3].map(() => env.step(new Float32Array(2)));
      expect(ends.map(({ terminated }) => terminated)).toEqual([false, false, true]);
      expect(ends.some(({ truncated }) => truncated)).toBe(false);
    }
  });

  it('leaves a cut before the last step a cut, and says that the task ended where both fall together', () => {
    const cut = { terminated: false, truncated: true };
    for (const [length, end] of [
      [3, cut],
      [2, { terminated: true, truncated: false }],
    ] as const) {
      const env = taskLength(echo({ truncatedAt: 2 }), length);
      env.reset();
      env.step(new Float32Array(2));
      expect(env.step(new Float32Array(2))).toMatchObject(end);
    }
  });

  it('counts the steps that were taken, not the calls', () => {
    const env = taskLength(multiStep(pointMass(), { actSteps: 4 }), 8);
    env.reset(0);
    const ends = [1, 2].map(() => env.step(new Float32Array(4)).terminated);
    expect(ends).toEqual([false, true]);
  });

  it('refuses a limit below one', () => {
    expect(() => taskLength(echo(), 1.5)).toThrow('taskLength: maxEpisodeSteps is 1.5');
  });
});

describe('normalize', () => {
  describeEnv('a normalized point mass', () => normalize(pointMass(), bounds));

  it('maps bounds to ∓1, the action without and the observation with 10⁻⁶ in the denominator', () => {
    // Action (0.5 + 1)/2·(4 − 2) + 2 = 3.5 and (−1 + 1)/2·10 + 0 = 0.
    // Observation 2·((3.5 − 3)/(4 − 3 + 1e-6) − 0.5) = −1e-6 and 2·((0 − 0)/(1 + 1e-6) − 0.5) = −1.
    const env = normalize(echo(), { obsMin: [3, 0], obsMax: [4, 1], actionMin: [2, 0], actionMax: [4, 10] });
    env.reset();
    const { obs } = env.step(Float32Array.of(0.5, -1));
    expect(obs[0]).toBeCloseTo(-1e-6, 8);
    expect(obs[1]).toBe(-1);
  });

  it('gives back an action as the observation that it is, up to the 10⁻⁶', () => {
    const number = fc.float({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [min, max] = [
          [-1, 2],
          [5, 3],
        ];
        const env = normalize(echo(), { obsMin: min, obsMax: max, actionMin: min, actionMax: max });
        const { obs } = env.step(Float32Array.of(a, b));
        expect(obs).toBeAllclose(Float32Array.of(a, b), { atol: 1e-5, rtol: 0 });
      }),
    );
  });

  it('refuses bounds of another length', () => {
    expect(() => normalize(pointMass(), { ...bounds, obsMax: [1] })).toThrow('normalize: obsMax has 1');
  });
});

describe('clipAction', () => {
  describeEnv('a clipped point mass', () => clipAction(pointMass(), -1, 1));

  it('clips each component to the range', () => {
    const env = clipAction(echo(), -0.5, 1);
    env.reset();
    expect([...env.step(Float32Array.of(-2, 0.25)).obs]).toEqual([-0.5, 0.25]);
    expect([...env.step(Float32Array.of(3, 1)).obs]).toEqual([1, 1]);
  });

  it('refuses an empty range', () => {
    expect(() => clipAction(echo(), 1, 1)).toThrow('clipAction: low 1');
  });
});

describe('endAtSuccess', () => {
  describeEnv('a point mass that is there within 0.1', () => endAtSuccess(arriving(0.1)));

  it.each([
    ['while it goes on', { successAt: 2 }],
    ['where it is cut', { successAt: 2, truncatedAt: 2 }],
  ])('ends the task in the first step that is a success, and not before, %s', (_, at) => {
    const env = endAtSuccess(echo(at));
    for (let episode = 0; episode < 2; episode++) {
      env.reset();
      const ends = [1, 2].map(() => env.step(new Float32Array(2)));
      expect(ends.map(({ terminated }) => terminated)).toEqual([false, true]);
      expect(ends.some(({ truncated }) => truncated)).toBe(false);
    }
  });

  it('refuses an environment that does not say what a success is', () => {
    const env = endAtSuccess(pointMass());
    env.reset(0);
    expect(() => env.step(new Float32Array(1))).toThrow(
      'endAtSuccess: a step does not say whether it is a success',
    );
  });
});
