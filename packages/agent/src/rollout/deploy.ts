import { type Bounds, checkBounds, scaled, unscaled } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

import { checkWeights } from '../check-weights.ts';
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
   * @throws RangeError where the observation has another length or is not finite; Error where an action would not be
   */
  act(obs: ArrayLike<number>): Float32Array;
}

/**
 * A policy with `params`, which stay the caller's, as a function of one observation; acts without exploration.
 *
 * With bounds an observation is scaled as `normalize` of @dppo/env does, and an action back.
 *
 * @throws RangeError where a bound has another length than observation or action, or is not finite; Error naming a weight that is not finite
 */
export function deploy(
  policy: Pick<Policy, 'best' | 'draws' | 'horizonSteps' | 'actionDim' | 'frozen'>,
  params: tf.NamedTensorMap,
  { obsDim, bounds, seed = 0 }: DeployOptions,
): Deployed {
  const { draws, horizonSteps, actionDim } = policy;
  if (bounds) checkBounds('deploy', bounds, { obsDim, actionDim });
  checkWeights('deploy', policy, params);
  const random = seeded(seed, 'deploy');
  return {
    act: (obs) => {
      const rows = Float32Array.from(obs);
      const isWhole = rows.length > 0 && rows.length % obsDim === 0;
      const seen = bounds && isWhole ? scaled(rows, bounds.obsMin, bounds.obsMax) : rows;
      if (!isWhole || !seen.every(Number.isFinite)) {
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
              state: tf.tensor3d(seen, [1, seen.length / obsDim, obsDim]),
            },
            tf.tensor4d(noise, [draws, 1, horizonSteps, actionDim]),
          )
          .dataSync<'float32'>(),
      );
      const actions = bounds ? unscaled(chunk, bounds.actionMin, bounds.actionMax) : Float32Array.from(chunk);
      const broken = actions.findIndex((value) => !Number.isFinite(value));
      if (broken >= 0) {
        throw new Error(
          `act: action ${Math.floor(broken / actionDim)} of the chunk is ${actions[broken]} in dimension ${broken % actionDim}, wanted finite numbers`,
        );
      }
      return actions;
    },
  };
}
