import { type Bounds, scaled, unscaled } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

import type { Policy } from '../policies/policy.ts';
import { seeded } from '../randomness.ts';

/** The robot that `deploy` acts for. */
export interface DeployOptions {
  /** Do, numbers of one observation. */
  readonly obsDim: number;
  /** Ranges that the policy was trained with, where observations and actions are in the robot's own units. */
  readonly bounds?: Bounds;
  /** Randomness of the noise that the sampler starts from. */
  readonly seed?: number;
}

/** A policy that acts for one robot. */
export interface Deployed {
  /**
   * The chunk of actions [Ta · Da] for the latest To observations, `obs` [To · Do], oldest first.
   *
   * @throws RangeError where the observation has another length or is not finite
   */
  act(obs: ArrayLike<number>): Float32Array;
}

/**
 * A policy with `params`, which stay the caller's, as a function of one observation; acts without exploration.
 *
 * With bounds an observation is scaled as `normalize` of @dppo/env does, and an action back.
 *
 * @throws RangeError where a bound has another length than observation or action
 */
export function deploy(
  policy: Pick<Policy, 'best' | 'draws' | 'horizonSteps' | 'actionDim'>,
  params: tf.NamedTensorMap,
  { obsDim, bounds, seed = 0 }: DeployOptions,
): Deployed {
  const { draws, horizonSteps, actionDim } = policy;
  for (const [name, bound] of Object.entries(bounds ?? {})) {
    const size = name.startsWith('obs') ? obsDim : actionDim;
    if (bound.length !== size) {
      throw new RangeError(`deploy: ${name} has ${bound.length} numbers, wanted ${size}`);
    }
  }
  const random = seeded(seed, 0);
  return {
    act: (obs) => {
      const rows = Float32Array.from(obs);
      if (rows.length === 0 || rows.length % obsDim !== 0 || !rows.every(Number.isFinite)) {
        throw new RangeError(
          `act: observation is [${rows.join(', ')}], wanted finite numbers, ${obsDim} or a multiple of it`,
        );
      }
      const noise = random.normal(draws * horizonSteps * actionDim);
      const chunk = tf.tidy(() =>
        policy
          .best(
            params,
            {
              state: tf.tensor3d(bounds ? scaled(rows, bounds.obsMin, bounds.obsMax) : rows, [
                1,
                rows.length / obsDim,
                obsDim,
              ]),
            },
            tf.tensor4d(noise, [draws, 1, horizonSteps, actionDim]),
          )
          .dataSync<'float32'>(),
      );
      return bounds ? unscaled(chunk, bounds.actionMin, bounds.actionMax) : Float32Array.from(chunk);
    },
  };
}
