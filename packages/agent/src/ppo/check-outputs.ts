import * as tf from '@tensorflow/tfjs';

import { DivergenceError } from '../diverged.ts';
import { samplesOf, scheduledOf } from '../policies/policy.ts';
import { rowsOf, type Table } from '../rollout/table.ts';
import { actorBatch } from './actor-loss.ts';
import type { Learner } from './learner.ts';
import { pathTensors } from './rollout-tensors.ts';
import type { PpoState } from './state.ts';

/**
 * Asks actor and critic for the first samples of what they have just learned from: weights may be finite, and what they make not.
 *
 * @throws DivergenceError naming the network
 */
export function checkOutputs(
  { policy, options, value }: Learner,
  { actor, critic, iteration }: PpoState,
  table: Table,
): void {
  const count = Math.min(options.microBatchSize, rowsOf(table));
  const outputs = tf.tidy(() => {
    const row = tf.range(0, count, 1, 'int32');
    const first = row.mod<tf.Tensor1D>(tf.scalar(samplesOf(policy), 'int32'));
    const [advantage, clip] = [tf.zeros<tf.Rank.R1>([count]), tf.zeros<tf.Rank.R1>([count])];
    const batch = actorBatch(policy, pathTensors(table), { row, first, advantage, clip });
    const told = { ...actor, ...scheduledOf(policy, iteration) };
    const logProb = policy.logProb(told, batch.obs, batch).logProb.dataSync();
    return { actor: logProb, critic: value(critic, batch.obs).dataSync() };
  });
  for (const [network, numbers] of Object.entries(outputs)) {
    const broken = numbers.find((number) => !Number.isFinite(number));
    if (broken !== undefined)
      throw new DivergenceError(`update: what the ${network} makes is ${broken}, wanted finite numbers`);
  }
}
