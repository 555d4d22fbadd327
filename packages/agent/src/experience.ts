import { chunkLogProb, gae, scaleRewards, type RewardScale } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import type { Learner } from './learner.ts';
import type { Experience } from './minibatch.ts';
import type { DppoOptions } from './options.ts';
import type { Rollout } from './rollout.ts';

/** Values, scaled rewards, advantages and old log-probabilities of a rollout. */
export function evaluateRollout(
  { value }: Learner,
  critic: tf.NamedTensorMap,
  rollout: Rollout,
  rewardScale: RewardScale,
  options: DppoOptions,
): { experience: Experience; rewardScale: RewardScale } {
  const { gamma, gaeLambda, rewardHorizon, rewardScaleRunning, rewardScaleConst, microBatchSize } = options;
  const { count, firsts, terminated, truncated } = rollout;
  const scaled = rewardScaleRunning
    ? scaleRewards(rewardScale, { rewards: rollout.rewards, firsts, count }, { gamma })
    : { rewards: rollout.rewards, state: rewardScale };
  const rewards = scaled.rewards.map((reward) => reward * rewardScaleConst);
  const values = valuesOf(value, critic, rollout.obs, { shape: rollout.obsShape, rows: microBatchSize });
  const nextValues = valuesOf(value, critic, rollout.reached, {
    shape: rollout.obsShape,
    rows: microBatchSize,
  });
  const { advantages, returns } = gae(
    { rewards, values, nextValues, terminated, truncated, count },
    { gamma, lambda: gaeLambda },
  );
  const oldLogProbs = chunkLogProbs(rollout, rewardHorizon);
  return { experience: { rollout, values, returns, advantages, oldLogProbs }, rewardScale: scaled.state };
}

/** V of each observation, a few thousand rows at a time. */
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

/** log p of whole chunks [T, N, K′], as the loss takes it. */
function chunkLogProbs({ logProbs, horizonSteps, actionDim }: Rollout, rewardHorizon: number): Float32Array {
  const shape: [number, number, number] = [
    logProbs.length / (horizonSteps * actionDim),
    horizonSteps,
    actionDim,
  ];
  return tf.tidy(() => chunkLogProb(tf.tensor3d(logProbs, shape), { rewardHorizon }).dataSync<'float32'>());
}
