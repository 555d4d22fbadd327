import { sizeOf } from '../env.ts';
import type { Env, Step } from '../env.ts';
import { uniform } from './uniform.ts';

/** One promise of `Env`: a sentence, and what throws where it does not hold. */
export interface EnvCheck {
  readonly title: string;
  readonly check: (env: Env) => void;
}

/** Every promise that `Env` makes and that can be seen from outside. */
export const envChecks: readonly EnvCheck[] = [
  {
    title: 'gives finite observations of the shape that it states',
    check(env) {
      const size = sizeOf(env.obsShape);
      for (const [i, obs] of observations(env, 0, 50).entries()) {
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
    title: 'never terminates and truncates in one step',
    check(env) {
      for (let seed = 0; seed < 5; seed++) {
        const last = episode(env, seed, 200).steps.at(-1);
        if (last?.terminated && last.truncated) {
          fail(`the step that ended the episode of seed ${seed} is both terminated and truncated`);
        }
      }
    },
  },
  {
    title: 'repeats an episode exactly for the same seed',
    check(env) {
      const first = observations(env, 3, 50);
      observations(env, 4, 7);
      expectEqual(first, observations(env, 3, 50), 'a second episode of seed 3');
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
      const obs = env.reset(0);
      const before = obs.slice();
      env.step(action);
      if (!same(obs, before))
        fail('step changed the observation that reset gave: give a fresh array each time');
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

/** An episode of at most `limit` steps with actions uniform in [−1, 1). */
function episode(env: Env, seed: number, limit: number): { start: Float32Array; steps: Step[] } {
  const random = uniform(seed + 1);
  const start = env.reset(seed);
  const steps: Step[] = [];
  while (steps.length < limit && !steps.at(-1)?.terminated && !steps.at(-1)?.truncated) {
    steps.push(env.step(Float32Array.from({ length: sizeOf(env.actionShape) }, random)));
  }
  return { start, steps };
}

function observations(env: Env, seed: number, limit: number): Float32Array[] {
  const { start, steps } = episode(env, seed, limit);
  return [start, ...steps.map(({ obs }) => obs)];
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
