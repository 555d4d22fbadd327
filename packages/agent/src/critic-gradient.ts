import { type Average, averageGradient, slices } from './average-gradient.ts';
import type { Learner } from './learner.ts';
import type { Minibatch } from './minibatch-step.ts';
import type { TrainState } from './train-state.ts';
import type { UpdateOptions } from './update.ts';
import { distinctRows, valueBatch } from './value-batch.ts';

/**
 * The gradient of the value loss on one minibatch; called inside `tf.tidy`.
 *
 * Every distinct observation of the minibatch is evaluated once and counts as often as it occurs. The last slice is filled
 * up with rows that count nothing, so that all slices of all minibatches have one shape.
 */
export function criticGradient(
  learn: Learner,
  { critic }: TrainState,
  { experience, pairs }: Minibatch,
  { microBatchSize }: UpdateOptions,
): Average {
  const { rows, counts } = distinctRows(pairs, experience.rollout.transitions);
  const size = Math.min(microBatchSize, experience.rollout.steps * experience.rollout.count);
  return averageGradient(
    slices(rows.length, size).map(({ from }) => {
      const part = { rows: new Int32Array(size), counts: new Float32Array(size) };
      part.rows.set(rows.subarray(from, from + size));
      part.counts.set(counts.subarray(from, from + size));
      return {
        share: part.counts.reduce((a, b) => a + b, 0) / pairs.length,
        compute: (share, sum) => learn.valueGradient(critic, valueBatch(experience, part), share, sum),
      };
    }),
  );
}
