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

/** What a chunk is asked for. */
export interface Asked {
  /** The latest To observations [To · Do], oldest first. */
  readonly obs: ArrayLike<number>;
  /** Acts as a policy of this seed does at first, whatever was asked before; the next noise of its own by default. */
  readonly seed?: number | undefined;
}

/** A policy that acts for one robot, or for several at once. */
export interface Deployed {
  /**
   * The chunk of actions [Ta · Da] for the latest To observations, `obs` [To · Do], oldest first.
   *
   * @throws RangeError where the observation has another length or is not finite; Error where an action would not be
   */
  act(obs: ArrayLike<number>): Float32Array;
  /**
   * The chunks for several observations of one length, `asked` at once: to rounding what `act` gives for one after another.
   *
   * @throws RangeError and Error as `act` does, where it would for one of them, or where they have several lengths
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
  policy: Pick<Policy, 'best' | 'draws' | 'horizonSteps' | 'actionDim' | 'frozen'>,
  params: tf.NamedTensorMap,
  { obsDim, bounds, seed = 0 }: DeployOptions,
): Deployed {
  const { draws, horizonSteps, actionDim } = policy;
  if (bounds) checkBounds('deploy', bounds, { obsDim, actionDim });
  checkWeights('deploy', policy, params);
  const size = horizonSteps * actionDim;
  const own = seeded(seed, 'deploy');
  const actAll = (asked: readonly Asked[]): Float32Array[] => {
    const rows = asked.map(({ obs }) => seen(obs, obsDim, bounds));
    const other = rows.find((row) => row.length !== rows[0].length);
    if (other !== undefined)
      throw new RangeError(
        `actAll: observations of ${rows[0].length} and ${other.length} numbers, wanted one length`,
      );
    if (rows.length === 0) return [];
    const noise = asked.map(({ seed: given }) =>
      (given === undefined ? own : seeded(given, 'deploy')).normal(draws * size),
    );
    const chunks = tf.tidy(() =>
      policy
        .best(
          params,
          { state: tf.tensor3d(joined(rows), [rows.length, rows[0].length / obsDim, obsDim]) },
          tf.tensor4d(byDraw(noise, draws, size), [draws, rows.length, horizonSteps, actionDim]),
        )
        .dataSync<'float32'>(),
    );
    const actions = bounds ? unscaled(chunks, bounds.actionMin, bounds.actionMax) : chunks;
    return rows.map((_, i) => checked(actions.slice(i * size, (i + 1) * size), actionDim));
  };
  return { act: (obs) => actAll([{ obs }])[0], actAll };
}

/** An observation as the policy sees it. */
function seen(obs: ArrayLike<number>, obsDim: number, bounds: Bounds | undefined): Float32Array {
  const row = Float32Array.from(obs);
  const isWhole = row.length > 0 && row.length % obsDim === 0;
  const values = bounds && isWhole ? scaled(row, bounds.obsMin, bounds.obsMax) : row;
  if (isWhole && values.every(Number.isFinite)) return values;
  throw new RangeError(
    `act: observation is [${row.join(', ')}], wanted finite numbers, ${obsDim} or a multiple of it`,
  );
}

/** Noise of one row each [draws · size], as that of all rows [draws, B, size]. */
function byDraw(noise: readonly Float32Array[], draws: number, size: number): Float32Array {
  const parts = Array.from({ length: draws }, (_, k) =>
    noise.map((row) => row.subarray(k * size, (k + 1) * size)),
  );
  return joined(parts.flat());
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => all.set(row, i * row.length));
  return all;
}

function checked(actions: Float32Array, actionDim: number): Float32Array {
  const broken = actions.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return actions;
  throw new Error(
    `act: action ${Math.floor(broken / actionDim)} of the chunk is ${actions[broken]} in dimension ${broken % actionDim}, wanted finite numbers`,
  );
}
