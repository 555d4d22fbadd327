import type { Env, Step } from './env.ts';
import { wrapperState } from './wrapper-state.ts';

/**
 * Ends the task with its first success, where the environment itself would go on: what follows is worth nothing, so the return is what was earned until then.
 *
 * Where the steps after a success only repeat it, they cost simulation and teach nothing.
 *
 * @throws Error from `step` where the environment does not say whether a step is a success
 */
export function endAtSuccess(env: Env): Env {
  return {
    obsShape: env.obsShape,
    actionShape: env.actionShape,
    reset: (seed?: number): Float32Array => env.reset(seed),
    step(action: Float32Array): Step {
      const step = env.step(action);
      if (step.success === undefined)
        throw new Error('endAtSuccess: a step does not say whether it is a success, wanted true or false');
      return step.success ? { ...step, terminated: true, truncated: false } : step;
    },
    ...wrapperState('endAtSuccess', env),
  };
}
