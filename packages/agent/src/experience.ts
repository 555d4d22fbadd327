import { gae, scaleRewards, type RewardScale } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import type { DppoOptions } from './dppo-options.ts';
import type { Learner } from './learner.ts';
import type { Rollout } from './rollout.ts';

/** A rollout with what PPO derives from it; all [T, N]. */
export interface Experience {
  readonly rollout: Rollout;
  /** V before the update. */
  readonly values: Float32Array;
  /** R */
  readonly returns: Float32Array;
  /** A */
  readonly advantages: Float32Array;
}

/** Values, scaled rewards, advantages and returns of a rollout. */
export function evaluateRollout(
  { value }: Learner,
  critic: tf.NamedTensorMap,
  rollout: Rollout,
  rewardScale: RewardScale,
  options: DppoOptions,
): { experience: Experience; rewardScale: RewardScale } {
  const { gamma, gaeLambda, rewardScaleRunning, rewardScaleConst, microBatchSize } = options;
  const { count, firsts, terminated, truncated } = rollout;
  const scaled = rewardScaleRunning
    ? scaleRewards(rewardScale, { rewards: rollout.rewards, firsts, count }, { gamma })
    : { rewards: rollout.rewards, state: rewardScale };
  const rewards = scaled.rewards.map((reward) => reward * rewardScaleConst);
  const pieces = { shape: rollout.obsShape, rows: microBatchSize };
  const values = valuesOf(value, critic, rollout.obs, pieces);
  const nextValues = valuesOf(value, critic, rollout.reached, pieces);
  const { advantages, returns } = gae(
    { rewards, values, nextValues, terminated, truncated, count },
    { gamma, lambda: gaeLambda },
  );
  return { experience: { rollout, values, returns, advantages }, rewardScale: scaled.state };
}

/** V of each observation, some rows at a time. */
function valuesOf(
  value: Learner['value'],
  critic: tf.NamedTensorMap,
  obs: Float32Array,
  { shape: [condSteps, obsDim], rows }: { shape: readonly number[]; rows: number },
): Float32Array {
  const size = condSteps * obsDim;
  const values = new Float32Array(obs.length / size);
  for (let from = 0; from < values.length; from += rows) {
    const to = Math.min(from + rows, values.length);
    const part = tf.tidy(() =>
      value(
        critic,
        tf.tensor3d(obs.subarray(from * size, to * size), [to - from, condSteps, obsDim]),
      ).dataSync(),
    );
    values.set(part, from);
  }
  return values;
}
