import { gae, scaleRewards, type RewardScale } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import type { Rollout } from '../algorithm.ts';
import { DivergenceError } from '../diverged.ts';
import { type Column, columnsOf, gatherRows, rowsOf, type Table, tensorsOf } from '../rollout/table.ts';
import type { Settled } from './options.ts';

/** What PPO derives of each row of a rollout, beside what is in it. */
export type Valued = {
  /** V before the update. */
  readonly value: Column<Float32Array>;
  /** R */
  readonly return: Column<Float32Array>;
  /** A */
  readonly advantage: Column<Float32Array>;
};

/** V [B] of an observation. */
export type Value = (obs: tf.NamedTensorMap) => tf.Tensor1D;

/**
 * Values, scaled rewards, advantages and returns of a rollout.
 *
 * @throws DivergenceError where a value is not finite
 */
export function valued(
  value: Value,
  { table, count }: Rollout,
  rewardScale: RewardScale,
  options: Pick<
    Settled,
    'gamma' | 'gaeLambda' | 'rewardScaleRunning' | 'rewardScaleConst' | 'microBatchSize'
  >,
): { columns: Valued; rewardScale: RewardScale } {
  const { gamma, gaeLambda, rewardScaleRunning, rewardScaleConst, microBatchSize } = options;
  const [raw, terminated, truncated, firsts] = ['reward', 'terminated', 'truncated', 'first'].map(
    (name) => table[name].data,
  );
  const flags = { terminated: Uint8Array.from(terminated), truncated: Uint8Array.from(truncated) };
  const scaled = rewardScaleRunning
    ? scaleRewards(
        rewardScale,
        { rewards: Float32Array.from(raw), firsts: Uint8Array.from(firsts), count },
        { gamma },
      )
    : { rewards: Float32Array.from(raw), state: rewardScale };
  const rewards = scaled.rewards.map((reward) => reward * rewardScaleConst);

  const rows = rowsOf(table);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const size = Math.min(microBatchSize, rows);
  const values = valuesOf(value, columnsOf(table, 'obs.'), all, size);
  checkValues(values, all, count);
  // What a step led to is what is acted on next, but where an episode was cut or the rollout stops; after an end nothing follows.
  const nextValues = new Float32Array(rows);
  nextValues.set(values.subarray(count));
  const apart = all.filter((row) => terminated[row] === 0 && (truncated[row] === 1 || row >= rows - count));
  const reached = valuesOf(value, columnsOf(table, 'reached.'), apart, size);
  checkValues(reached, apart, count);
  for (const [i, row] of apart.entries()) nextValues[row] = reached[i];

  const { advantages, returns } = gae(
    { rewards, values, nextValues, ...flags, count },
    { gamma, lambda: gaeLambda },
  );
  return {
    columns: { value: column(values), return: column(returns), advantage: column(advantages) },
    rewardScale: scaled.state,
  };
}

function checkValues(values: Float32Array, rows: Int32Array, count: number): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const [t, n] = [Math.floor(rows[bad] / count), rows[bad] % count];
  throw new DivergenceError(
    `update: the critic's value of environment ${n} in chunk ${t} is ${values[bad]}, wanted a finite number`,
  );
}

function column(data: Float32Array): Column<Float32Array> {
  return { shape: [], data };
}

/** V of rows chosen by number; always `size` at once, the last of them some once more, so that there is one shape of work. */
function valuesOf(value: Value, obs: Table, rows: Int32Array, size: number): Float32Array {
  const values = new Float32Array(rows.length);
  for (let from = 0; from < rows.length; from += size) {
    const some = new Int32Array(size);
    some.set(rows.subarray(from, from + size));
    const part = tf.tidy(() => value(tensorsOf(gatherRows(obs, some))).dataSync<'float32'>());
    values.set(part.subarray(0, rows.length - from), from);
  }
  return values;
}
