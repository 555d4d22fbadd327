import { batch, checkCount, checkShapes, environmentError, resetRow, stepRow } from './batch.ts';
import { isSavable } from './env.ts';
import type { Env, SavableEnv } from './env.ts';
import { vecEnv } from './vec-env.ts';
import type { SavableStates, VecEnv } from './vec-env.ts';

/**
 * N = `count` environments stepped one after the other in this thread; `make` gets the index, 0 … N − 1.
 *
 * @throws RangeError unless count is a whole number of at least 1 and all environments have the same shapes
 */
export function vectorize(make: (index: number) => Env, count: number): VecEnv {
  checkCount('vectorize', 'count', count);
  const envs = Array.from({ length: count }, (_, i) => make(i));
  const shapes = checkShapes('vectorize', envs);
  const rows = batch(count, shapes);
  let seeds: readonly number[] | undefined;

  function each<One extends Env, Result>(
    some: readonly One[],
    call: (env: One, row: number) => Result,
  ): Result[] {
    return some.map((env, i) => {
      try {
        return call(env, i);
      } catch (error) {
        throw environmentError(i, seeds?.[i], error);
      }
    });
  }

  const statesOf = (savable: readonly SavableEnv[]): SavableStates => ({
    save: async () => each(savable, (env) => env.save()),
    restore: async (states) => {
      seeds = undefined;
      each(savable, (env, i) => env.restore(states[i]));
    },
  });

  return vecEnv(count, shapes, {
    rows,
    reset: async (given) => {
      seeds = given ?? seeds;
      each(envs, (env, i) => resetRow(rows, i, env, given?.[i]));
    },
    step: async () => {
      each(envs, (env, i) => stepRow(rows, i, env));
    },
    close: async () => {},
    states: envs.every(isSavable) ? statesOf(envs) : undefined,
  });
}
