import { checkSaved } from './check-save.ts';
import { isSavable, sizeOf } from './env.ts';
import type { Env, Step } from './env.ts';
import { episode, observed } from './episode.ts';

/** One promise of `Env`: a sentence, and what throws where it does not hold. */
export interface EnvCheck {
  readonly title: string;
  readonly check: (env: Env) => void;
}

/** Every promise that `Env` makes and that can be seen from outside. */
export const envChecks: readonly EnvCheck[] = [
  {
    title: 'states the shapes of an observation and an action',
    check(env) {
      for (const name of ['obsShape', 'actionShape'] as const) {
        const shape: unknown = env[name];
        if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0)) {
          fail(`${name} is ${JSON.stringify(shape)}, wanted a list of whole numbers above 0`);
        }
      }
    },
  },
  {
    title: 'gives finite observations of the shape that it states',
    check(env) {
      const size = sizeOf(env.obsShape);
      for (const [i, obs] of observed(episode(env, 0, 50)).entries()) {
        if (!(obs instanceof Float32Array)) fail(`observation ${i} is not a Float32Array`);
        if (obs.length !== size) {
          fail(
            `observation ${i} has ${obs.length} numbers, obsShape [${env.obsShape.join(', ')}] asks for ${size}`,
          );
        }
        const bad = obs.findIndex((value) => !Number.isFinite(value));
        if (bad >= 0) fail(`number ${bad} of observation ${i} is ${obs[bad]}`);
      }
    },
  },
  {
    title: 'gives finite rewards, and says how many steps it took',
    check(env) {
      for (const [i, { reward, steps = 1 }] of episode(env, 0, 50).steps.entries()) {
        if (!Number.isFinite(reward)) fail(`the reward of step ${i} is ${reward}`);
        if (!Number.isInteger(steps) || steps < 1)
          fail(`step ${i} says that it took ${steps} environment steps`);
      }
    },
  },
  {
    title: 'says of each step whether it terminated or truncated the episode, never both',
    check(env) {
      for (let seed = 0; seed < 5; seed++) {
        const { steps } = episode(env, seed, 200);
        for (const [i, step] of steps.entries()) {
          for (const name of ['terminated', 'truncated'] as const) {
            if (typeof step[name] !== 'boolean')
              fail(`${name} of step ${i} is ${String(step[name])}, not true or false`);
          }
        }
        const last = steps.at(-1);
        if (last?.terminated && last.truncated) {
          fail(`the step that ended the episode of seed ${seed} is both terminated and truncated`);
        }
      }
    },
  },
  {
    title: 'repeats an episode exactly for the same seed',
    check(env) {
      const first = episode(env, 3, 50);
      episode(env, 4, 7);
      const second = episode(env, 3, 50);
      expectEqual(observed(first), observed(second), 'a second episode of seed 3');
      for (const [i, { reward, terminated, truncated }] of first.steps.entries()) {
        const again = second.steps[i];
        if (!Object.is(reward, again.reward)) {
          fail(
            `the reward of step ${i} of a second episode of seed 3 is ${again.reward}, at first ${reward}`,
          );
        }
        if (terminated !== again.terminated || truncated !== again.truncated) {
          fail(`step ${i} of a second episode of seed 3 ends it otherwise than at first`);
        }
      }
    },
  },
  {
    title: 'does not go on after the end of an episode until it is reset',
    check(env) {
      for (let seed = 0; seed < 5; seed++) {
        const { start, steps } = episode(env, seed, 200);
        const last = steps.at(-1);
        if (!last?.terminated && !last?.truncated) continue;
        const next = stepOrError(env);
        if (!(next instanceof Error) && !next.terminated && !next.truncated) {
          fail(
            `step ${steps.length} of seed ${seed} goes on, although step ${steps.length - 1} ended the episode: ` +
              'throw an Error there or say again that it ended, and start the next episode in reset alone',
          );
        }
        expectEqual([start], [env.reset(seed)], `the episode of seed ${seed} after a step past its end`);
      }
    },
  },
  {
    title: 'goes on with its own generator when reset without a seed',
    check(env) {
      const twice = (): Float32Array[] => {
        env.reset(5);
        return [env.reset(), env.reset()];
      };
      expectEqual(twice(), twice(), 'the second and third reset after reset(5)');
    },
  },
  {
    title: 'leaves earlier observations and the action as they were',
    check(env) {
      const action = new Float32Array(sizeOf(env.actionShape)).fill(0.25);
      const given = [env.reset(0)];
      const before = [given[0].slice()];
      for (let t = 0, ended = false; t < 2 && !ended; t++) {
        const step = env.step(action);
        given.push(step.obs);
        before.push(step.obs.slice());
        ended = step.terminated || step.truncated;
      }
      env.reset(1);
      const changed = given.findIndex((obs, i) => !same(obs, before[i]));
      if (changed >= 0) {
        fail(`observation ${changed} was changed by a later step or reset: give a fresh array each time`);
      }
      if (!action.every((value) => value === 0.25)) fail('step changed the action that it was given');
    },
  },
  {
    title: 'refuses an action of another length',
    check(env) {
      env.reset(0);
      const size = sizeOf(env.actionShape);
      try {
        env.step(new Float32Array(size + 1));
      } catch (error) {
        if (error instanceof RangeError) return;
        throw error;
      }
      fail(`step took an action of ${size + 1} numbers instead of ${size}: throw a RangeError`);
    },
  },
  {
    title: 'goes on from a state that it saved with the same bits, unless it has neither save nor restore',
    check(env) {
      if (isSavable(env)) checkSaved(env, env);
      else if (env.save ?? env.restore) fail(`save is ${typeof env.save}, restore ${typeof env.restore}`);
    },
  },
];

/** Throws an Error that says in words which promise of `Env` an environment breaks; it resets and steps the environment. */
export function checkEnv(env: Env): void {
  for (const { title, check } of envChecks) {
    try {
      check(env);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`checkEnv: an environment ${title}; here ${reason}`, { cause: error });
    }
  }
}

function stepOrError(env: Env): Step | Error {
  try {
    return env.step(new Float32Array(sizeOf(env.actionShape)));
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function expectEqual(a: readonly Float32Array[], b: readonly Float32Array[], what: string): void {
  if (a.length !== b.length) fail(`${what} has ${b.length} observations, the first had ${a.length}`);
  const i = a.findIndex((obs, t) => !same(obs, b[t]));
  if (i >= 0)
    fail(`${what} differs at observation ${i}: [${b[i].join(', ')}], at first [${a[i].join(', ')}]`);
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

function fail(message: string): never {
  throw new Error(message);
}
