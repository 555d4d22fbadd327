import { describe, expect, it } from 'vitest';

import type { Env } from './env.ts';
import { checkEnv } from './check-env.ts';
import { describeEnv } from './testing/index.ts';
import { pointMass } from './point-mass.ts';

describeEnv('pointMass', pointMass);

/** A point mass with some of its members replaced. */
const changed = (change: (env: Env) => Partial<Env>): Env => {
  const env = pointMass();
  return { ...env, ...change(env) };
};
const stepped = (change: object): Env =>
  changed((env) => ({ step: (action) => ({ ...env.step(action), ...change }) }));

const { restore: _restore, ...saveAlone } = pointMass();

describe('checkEnv', () => {
  it('has nothing against a point mass', () => {
    expect(() => checkEnv(pointMass())).not.toThrow();
  });

  it.each<[string, Env, string]>([
    [
      'a wrong shape',
      changed(() => ({ obsShape: [3] })),
      'observation 0 has 2 numbers, obsShape [3] asks for 3',
    ],
    // @ts-expect-error: what JavaScript may give
    ['no shape', changed(() => ({ obsShape: undefined })), 'obsShape is undefined, wanted a list of whole'],
    ['a shape of halves', changed(() => ({ actionShape: [0.5] })), 'actionShape is [0.5], wanted'],
    [
      'an array used twice',
      changed((env) => {
        const obs = new Float32Array(2);
        return {
          step(action) {
            const step = env.step(action);
            obs.set(step.obs);
            return { ...step, obs };
          },
        };
      }),
      'observation 1 was changed by a later step or reset',
    ],
    [
      'an observation that is NaN',
      stepped({ obs: Float32Array.of(0, NaN) }),
      'number 1 of observation 1 is NaN',
    ],
    ['an infinite reward', stepped({ reward: Infinity }), 'the reward of step 0 is Infinity'],
    ['a step that took none', stepped({ steps: 0 }), 'step 0 says that it took 0'],
    ['both ends at once', stepped({ terminated: true, truncated: true }), 'both terminated and truncated'],
    ['an end that is not said', stepped({ truncated: undefined }), 'truncated of step 0 is undefined'],
    [
      'a step after the end that starts the next episode',
      changed((env) => {
        let ended = false;
        return {
          reset(seed) {
            ended = false;
            return env.reset(seed);
          },
          step(action) {
            const step = ended
              ? { obs: env.reset(), reward: 0, terminated: false, truncated: false }
              : { ...env.step(action), truncated: true };
            ended = step.truncated;
            return step;
          },
        };
      }),
      'step 1 of seed 0 goes on, although step 0 ended the episode',
    ],
    [
      'rewards that nothing repeats',
      changed((env) => {
        let steps = 0;
        return { step: (action) => ({ ...env.step(action), reward: steps++ }) };
      }),
      'the reward of step 0 of a second episode of seed 3 is',
    ],
    [
      'an end that nothing repeats',
      changed((env) => {
        let episodes = 0;
        return {
          reset: (seed) => env.reset((episodes++, seed)),
          step(action) {
            const cut = episodes % 4 < 2;
            return { ...env.step(action), terminated: !cut, truncated: cut };
          },
        };
      }),
      'step 0 of a second episode of seed 3 ends it otherwise than at first',
    ],
    [
      'a seed that is ignored',
      changed((env) => ({ reset: () => env.reset() })),
      'a second episode of seed 3',
    ],
    [
      'resets that nothing repeats',
      changed((env) => {
        let resets = 0;
        return { reset: (seed) => env.reset(seed ?? ++resets) };
      }),
      'the second and third reset after reset(5) differs',
    ],
    [
      'a wrong action taken',
      changed((env) => ({ step: (a) => env.step(a.slice(0, 1)) })),
      'throw a RangeError',
    ],
    [
      'an action changed',
      changed((env) => ({ step: (a) => env.step(a.length === 1 ? a.fill(0) : a) })),
      'changed the action',
    ],
    ['a state that is never taken back', saveAlone, 'save is function, restore undefined'],
    [
      'a state without the velocity',
      changed((env) => ({ restore: (state) => env.restore?.(state.with(3, 0)) })),
      'step 0 after restore led to [',
    ],
    [
      'a state without the generator',
      changed((env) => ({ restore: (state) => env.restore?.(state.with(1, 0)) })),
      'after restore led to [',
    ],
    [
      'a state that changes with the environment',
      changed((env) => {
        const state = new Float64Array(4);
        const keep = (): Float64Array => (state.set(env.save?.() ?? []), state);
        return {
          save: keep,
          step(action) {
            const step = env.step(action);
            keep();
            return step;
          },
        };
      }),
      'the state that save gave was changed by a later step',
    ],
  ])('says what is wrong with %s', (_, env, message) => {
    expect(() => checkEnv(env)).toThrow(message);
  });
});
