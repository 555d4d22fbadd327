import { checkAction, sizeOf } from './env.ts';
import type { Env, Step } from './env.ts';
import { scaled, unscaled } from './scaling.ts';

/** Smallest and largest value of each component in the demonstrations: obs [Do], action [Da]. */
export interface Bounds {
  /** [Do] */
  readonly obsMin: ArrayLike<number>;
  /** [Do] */
  readonly obsMax: ArrayLike<number>;
  /** [Da] */
  readonly actionMin: ArrayLike<number>;
  /** [Da] */
  readonly actionMax: ArrayLike<number>;
}

/**
 * Scales observations to about [−1, 1] and takes actions in [−1, 1], neither of them clipped; see `scaled` and `unscaled`.
 *
 * @throws RangeError unless the bounds are as long as one observation and one action
 */
export function normalize(env: Env, { obsMin, obsMax, actionMin, actionMax }: Bounds): Env {
  const [obsSize, actionSize] = [sizeOf(env.obsShape), sizeOf(env.actionShape)];
  for (const [name, bound, size] of [
    ['obsMin', obsMin, obsSize],
    ['obsMax', obsMax, obsSize],
    ['actionMin', actionMin, actionSize],
    ['actionMax', actionMax, actionSize],
  ] as const) {
    if (bound.length !== size) {
      throw new RangeError(`normalize: ${name} has ${bound.length} numbers, the environment's are [${size}]`);
    }
  }
  return {
    obsShape: env.obsShape,
    actionShape: env.actionShape,
    reset: (seed?: number): Float32Array => scaled(env.reset(seed), obsMin, obsMax),
    step(action: Float32Array): Step {
      checkAction('normalize', action, env.actionShape);
      const step = env.step(unscaled(action, actionMin, actionMax));
      return { ...step, obs: scaled(step.obs, obsMin, obsMax) };
    },
  };
}
