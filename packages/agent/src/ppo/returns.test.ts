import { rewardScale, scaleRewards } from '@dppo/rl';
import type * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import type { Rollout } from '../algorithm.ts';
import type { Column } from '../rollout/table.ts';
import { valued } from './returns.ts';

const column = (data: Column['data']): Column => ({ shape: [], data });

/** Three steps of two environments: row 1 ends, row 2 is cut, row 5 ends as the rollout stops. Row i sees i and leads to 100 + i. */
const rollout: Rollout = {
  count: 2,
  envSteps: 6,
  episodes: [],
  table: {
    'obs.state': { shape: [1], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
    'reached.state': { shape: [1], data: Float32Array.of(100, 101, 102, 103, 104, 105) },
    reward: column(Float32Array.of(1, 1, 1, 1, 1, 1)),
    terminated: column(Uint8Array.of(0, 1, 0, 0, 0, 1)),
    truncated: column(Uint8Array.of(0, 0, 1, 0, 0, 0)),
    first: column(Uint8Array.of(1, 1, 0, 1, 1, 0)),
  },
};
const options = {
  gamma: 0.5,
  gaeLambda: 0,
  rewardScaleRunning: false,
  rewardScaleConst: 1,
  microBatchSize: 6,
};

/** A critic to whom everything is worth what it is, and what it was asked. */
function listening() {
  const asked: number[][] = [];
  const value = ({ state }: tf.NamedTensorMap): tf.Tensor1D => {
    asked.push([...state.dataSync()]);
    return state.as1D();
  };
  return { value, asked };
}

const results = (changed: Partial<typeof options> = {}, of: Rollout = rollout) => {
  const { columns } = valued(listening().value, of, rewardScale(2), { ...options, ...changed });
  return [columns.value, columns.advantage, columns.return].map(({ data }) => Array.from(data));
};

it('is by hand r + γ·V(next) − V where λ is 0, next being what was reached only where the episode was cut or the rollout stops', () => {
  // Row 0 goes on to row 2, row 3 to row 5; rows 1 and 5 end; rows 2 and 4 are worth what they reached, 102 and 104.
  const [values, advantages, returns] = results();
  expect(values).toEqual([0, 1, 2, 3, 4, 5]);
  expect(advantages).toEqual([1 + 1 - 0, 1 - 1, 1 + 51 - 2, 1 + 2.5 - 3, 1 + 52 - 4, 1 - 5]);
  expect(returns).toEqual([2, 1, 52, 3.5, 53, 1]);
});

it('lets λ carry advantages back to the first step of an episode, and not over its end', () => {
  // With λ = 1 and γ = ½, to those of above: row 0 gets half of row 2, row 3 half of row 5; nothing goes from 3 to 1 or from 4 to 2.
  expect(results({ gaeLambda: 1 })[1]).toEqual([2 + 25, 0, 50, 0.5 - 2, 49, -4]);
});

it('asks for what was reached only where that counts, always as many rows at once', () => {
  const { value, asked } = listening();
  valued(value, rollout, rewardScale(2), { ...options, microBatchSize: 4 });
  // The last of them are filled up with row 0.
  expect(asked).toEqual([
    [0, 1, 2, 3],
    [4, 5, 0, 0],
    [102, 104, 100, 100],
  ]);
});

it('asks for nothing reached where all episodes end with the rollout', () => {
  const { value, asked } = listening();
  const over = { truncated: column(new Uint8Array(6)), terminated: column(Uint8Array.of(0, 0, 0, 0, 1, 1)) };
  valued(value, { ...rollout, table: { ...rollout.table, ...over } }, rewardScale(2), options);
  expect(asked).toEqual([[0, 1, 2, 3, 4, 5]]);
});

it('does not depend on how many rows are valued at once', () => {
  for (const microBatchSize of [1, 2, 4, 5, 100]) expect(results({ microBatchSize })).toEqual(results());
});

it('scales rewards by the running deviation, told where episodes begin, and then by the constant', () => {
  expect(results({ rewardScaleConst: 3 })[1][1]).toBe(3 - 1);
  const known = { ...rewardScale(2), returns: [4, 7] };
  const scaled = valued(listening().value, rollout, known, {
    ...options,
    rewardScaleRunning: true,
    rewardScaleConst: 2,
  });
  const firsts = Uint8Array.of(1, 1, 0, 1, 1, 0);
  const wanted = scaleRewards(
    known,
    { rewards: new Float32Array(6).fill(1), firsts, count: 2 },
    { gamma: 0.5 },
  );
  expect(scaled.rewardScale).toEqual(wanted.state);
  // Row 5 ends and is worth 5: its advantage is its reward − 5.
  expect(scaled.columns.advantage.data[5]).toBeCloseTo(2 * wanted.rewards[5] - 5, 5);
});
