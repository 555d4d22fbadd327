import type { Env, Step } from './env.ts';
import { wrapperState } from './wrapper-state.ts';

/** Clips each component of an action to [`low`, `high`] before the environment sees it. Throws a RangeError unless low < high. */
export function clipAction(env: Env, low: number, high: number): Env {
  if (!(low < high)) throw new RangeError(`clipAction: low ${low} is not below high ${high}`);
  return {
    obsShape: env.obsShape,
    actionShape: env.actionShape,
    reset: (seed?: number): Float32Array => env.reset(seed),
    step: (action: Float32Array): Step =>
      env.step(action.map((value) => Math.min(Math.max(value, low), high))),
    ...wrapperState('clipAction', env),
  };
}
