import { type Bounds, checkBounds } from './bounds.ts';
import { checkAction, sizeOf } from './env.ts';
import type { Env, Step } from './env.ts';
import { scaled, unscaled } from './scaling.ts';
import { wrapperState } from './wrapper-state.ts';

/**
 * Scales observations to about [−1, 1] and takes actions in [−1, 1], neither of them clipped; see `scaled` and `unscaled`.
 *
 * @throws RangeError unless the bounds are as long as one observation and one action, finite, and no minimum above its maximum
 */
export function normalize(env: Env, bounds: Bounds): Env {
  checkBounds('normalize', bounds, { obsDim: sizeOf(env.obsShape), actionDim: sizeOf(env.actionShape) });
  const { obsMin, obsMax, actionMin, actionMax } = bounds;
  return {
    obsShape: env.obsShape,
    actionShape: env.actionShape,
    reset: (seed?: number): Float32Array => scaled(env.reset(seed), obsMin, obsMax),
    step(action: Float32Array): Step {
      checkAction('normalize', action, env.actionShape);
      const step = env.step(unscaled(action, actionMin, actionMax));
      return { ...step, obs: scaled(step.obs, obsMin, obsMax) };
    },
    ...wrapperState('normalize', env),
  };
}
