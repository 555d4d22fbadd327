import { checkState } from './env.ts';
import type { Env, Step } from './env.ts';
import { wrapperState } from './wrapper-state.ts';

/**
 * Truncates an episode that has taken `maxEpisodeSteps` environment steps. A step that ends the task itself stays
 * `terminated` alone, so that a value function is bootstrapped at the limit and only there (the reference sets both).
 *
 * @throws RangeError unless maxEpisodeSteps is a whole number of at least 1
 */
export function timeLimit(env: Env, maxEpisodeSteps: number): Env {
  return limited('timeLimit', env, maxEpisodeSteps, 'truncated');
}

/**
 * Ends the task after `maxEpisodeSteps` environment steps: `timeLimit` where the length of an episode is part of the task, no
 * reward can follow, and so nothing is bootstrapped.
 *
 * @throws RangeError unless maxEpisodeSteps is a whole number of at least 1
 */
export function taskLength(env: Env, maxEpisodeSteps: number): Env {
  return limited('taskLength', env, maxEpisodeSteps, 'terminated');
}

function limited(where: string, env: Env, maxEpisodeSteps: number, end: 'terminated' | 'truncated'): Env {
  if (!Number.isInteger(maxEpisodeSteps) || maxEpisodeSteps < 1) {
    throw new RangeError(
      `${where}: maxEpisodeSteps is ${maxEpisodeSteps}, wanted a whole number of at least 1`,
    );
  }
  let taken = 0;
  return {
    obsShape: env.obsShape,
    actionShape: env.actionShape,
    reset(seed?: number): Float32Array {
      taken = 0;
      return env.reset(seed);
    },
    step(action: Float32Array): Step {
      const step = env.step(action);
      taken += step.steps ?? 1;
      const ended = taken >= maxEpisodeSteps ? { ...step, [end]: true } : step;
      return { ...ended, truncated: ended.truncated && !ended.terminated };
    },
    ...wrapperState(where, env, {
      save: () => [taken],
      restore(own) {
        checkState(where, own, 1);
        [taken] = own;
      },
    }),
  };
}
