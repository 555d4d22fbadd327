import { type Bounds, checkBounds, scaled, unscaled } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

import { checkCounts } from '../check-counts.ts';
import { checkWeights } from '../check-weights.ts';
import { joined } from '../joined.ts';
import type { Policy } from '../policies/policy.ts';
import { seeded } from '../randomness.ts';
import { checkPull, type Pull, targetOf } from './pull.ts';

/** The robot that `deploy` acts for. */
export interface DeployOptions {
  /** Do, numbers of one observation. */
  readonly obsDim: number;
  /** To, observations that the policy sees at once. */
  readonly condSteps?: number;
  /** Ranges that the policy was trained with, where observations and actions are in the robot's own units. */
  readonly bounds?: Bounds;
  /** Randomness of the noise that the sampler starts from. */
  readonly seed?: number;
}

/** What a chunk is asked for. */
export interface Asked {
  /** The latest To observations [To · Do], oldest first. */
  readonly obs: ArrayLike<number>;
  /** Acts as a policy of this seed does at first, whatever was asked before; the next noise of its own by default. */
  readonly seed?: number | undefined;
}

/** Sizes of what a policy sees and gives. */
export interface PolicySizes {
  /** Do, numbers of one observation. */
  readonly obsDim: number;
  /** To, observations that it sees at once. */
  readonly condSteps: number;
  /** Ta, actions in a chunk from the present one on. */
  readonly horizonSteps: number;
  /** Da, numbers of one action. */
  readonly actionDim: number;
}

/** A policy that acts for one robot, or for several at once. */
export interface Deployed extends PolicySizes {
  /**
   * The chunk of actions [Ta · Da] from the present one on for the latest To observations, `obs` [To · Do], oldest first, pulled towards
   * the actions that are under way where `pull` is given.
   *
   * @throws RangeError where the observation or the pull has another length or is not finite, or the policy cannot be pulled; Error where
   * an action would not be finite
   */
  act(obs: ArrayLike<number>, pull?: Pull): Float32Array;
  /**
   * The chunks for several observations, `asked` at once: to rounding what `act` gives for one after another.
   *
   * @throws RangeError and Error as `act` does, where it would for one of them
   */
  actAll(asked: readonly Asked[]): Float32Array[];
}

/**
 * A policy with `params`, which stay the caller's, as a function of one observation; acts without exploration.
 *
 * With bounds an observation is scaled as `normalize` of @dppo/env does, and an action back.
 *
 * @throws RangeError where a bound has another length than observation or action, or is not finite; Error naming a weight that is not finite
 */
export function deploy(
  policy: Pick<Policy, 'best' | 'guided' | 'draws' | 'horizonSteps' | 'actionDim' | 'firstAction' | 'frozen'>,
  params: tf.NamedTensorMap,
  { obsDim, condSteps = 1, bounds, seed = 0 }: DeployOptions,
): Deployed {
  const { draws, horizonSteps, actionDim, firstAction = 0 } = policy;
  checkCounts('deploy', { obsDim, condSteps });
  if (bounds) checkBounds('deploy', bounds, { obsDim, actionDim });
  checkWeights('deploy', policy, params);
  const size = horizonSteps * actionDim;
  const ahead = horizonSteps - firstAction;
  const own = seeded(seed, 'deploy');
  const chunksOf = (asked: readonly Asked[], pull?: Pull): Float32Array[] => {
    const rows = asked.map(({ obs }) => seen(obs, { obsDim, condSteps }, bounds));
    if (rows.length === 0) return [];
    if (pull) checkPull(policy, pull);
    const noise = asked.map(({ seed: one }) =>
      (one === undefined ? own : seeded(one, 'deploy')).normal(draws * size),
    );
    const chunks = tf.tidy(() => {
      const state = { state: tf.tensor3d(joined(rows), [rows.length, condSteps, obsDim]) };
      const drawn = tf.tensor4d(byDraw(noise, draws, size), [draws, rows.length, horizonSteps, actionDim]);
      const sampled =
        pull && policy.guided
          ? policy.guided(params, state, drawn, targetOf(pull, policy, bounds))
          : policy.best(params, state, drawn);
      return sampled.dataSync<'float32'>();
    });
    const actions = bounds ? unscaled(chunks, bounds.actionMin, bounds.actionMax) : chunks;
    const given = ahead * actionDim;
    return rows.map((_, i) => checked(actions.slice(i * given, (i + 1) * given), actionDim));
  };
  return {
    obsDim,
    condSteps,
    horizonSteps: ahead,
    actionDim,
    act: (obs, pull) => chunksOf([{ obs }], pull)[0],
    actAll: (asked) => chunksOf(asked),
  };
}

/** Observations as the policy sees them. */
function seen(
  obs: ArrayLike<number>,
  { obsDim, condSteps }: Pick<PolicySizes, 'obsDim' | 'condSteps'>,
  bounds: Bounds | undefined,
): Float32Array {
  const row = Float32Array.from(obs);
  const isWhole = row.length === condSteps * obsDim;
  const values = bounds && isWhole ? scaled(row, bounds.obsMin, bounds.obsMax) : row;
  if (isWhole && values.every(Number.isFinite)) return values;
  throw new RangeError(
    `act: observation is [${row.join(', ')}], wanted ${condSteps * obsDim} finite numbers`,
  );
}

/** Noise of one row each [draws · size], as that of all rows [draws, B, size]. */
function byDraw(noise: readonly Float32Array[], draws: number, size: number): Float32Array {
  const parts = Array.from({ length: draws }, (_, k) =>
    noise.map((row) => row.subarray(k * size, (k + 1) * size)),
  );
  return joined(parts.flat());
}

function checked(actions: Float32Array, actionDim: number): Float32Array {
  const broken = actions.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return actions;
  throw new Error(
    `act: action ${Math.floor(broken / actionDim)} of the chunk is ${actions[broken]} in dimension ${broken % actionDim}, wanted finite numbers`,
  );
}
