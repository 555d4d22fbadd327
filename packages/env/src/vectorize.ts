import { batch, checkCount, checkShapes, environmentError, resetRow, stepRow } from './batch.ts';
import type { Env } from './env.ts';
import { vecEnv } from './vec-env.ts';
import type { VecEnv } from './vec-env.ts';

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

  function each(call: (env: Env, row: number) => void): void {
    for (const [i, env] of envs.entries()) {
      try {
        call(env, i);
      } catch (error) {
        throw environmentError(i, seeds?.[i], error);
      }
    }
  }

  return vecEnv(count, shapes, {
    rows,
    reset: async (given) => {
      seeds = given ?? seeds;
      each((env, i) => resetRow(rows, i, env, given?.[i]));
    },
    step: async () => each((env, i) => stepRow(rows, i, env)),
    close: async () => {},
  });
}
