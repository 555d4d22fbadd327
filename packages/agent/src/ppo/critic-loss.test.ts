import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { criticBatch, criticLoss, distinctRows, partOf } from './critic-loss.ts';
import { valueTensors } from './rollout-tensors.ts';

const examples = () => ({
  obs: { state: tf.tensor1d([2, 5]) },
  returns: tf.tensor1d([3, 5]),
  oldValue: tf.tensor1d([0, 5]),
  weight: tf.tensor1d([1, 3]),
});
const value = ({ state }: tf.NamedTensorMap) => state.as1D();
const column = (...numbers: number[]) => ({ shape: [], data: Float32Array.from(numbers) });

describe('criticLoss', () => {
  it('is by hand half the weighted mean of squared errors, times its own weight', () => {
    // ½ · (1·(2 − 3)² + 3·0) / 4 = 1/8.
    const { loss, valueLoss } = criticLoss(value, examples(), { vfCoef: 0.5, clipVlossCoef: Infinity });
    expect(valueLoss).toBeAllclose([0.125]);
    expect(loss).toBeAllclose([0.0625]);
  });

  it('is by hand that of the value as far as it may move, where that errs more', () => {
    // V may go from 0 to ½ only: (½ − 3)² = 6.25 instead of 1; ½ · 6.25 / 4.
    const { valueLoss } = criticLoss(value, examples(), { vfCoef: 1, clipVlossCoef: 0.5 });
    expect(valueLoss).toBeAllclose([0.78125]);
  });
});

describe('distinctRows', () => {
  it('counts by hand the samples of each row', () => {
    expect(distinctRows(Int32Array.of(5, 0, 4, 3), 2, 4)).toEqual({
      rows: Int32Array.of(2, 0, 1),
      counts: Float32Array.of(2, 1, 1),
    });
  });

  it('goes in parts of any size to all samples', () => {
    const samples = fc.array(fc.nat(20), { minLength: 1 });
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 4 }), size, (chosen, each, most) => {
        const distinct = distinctRows(Int32Array.from(chosen), each, 21);
        const found = new Float32Array(21);
        for (let from = 0; from < distinct.rows.length; from += most) {
          const { rows, counts } = partOf(distinct, from, most);
          expect([rows.length, counts.length]).toEqual([most, most]);
          for (const [i, row] of rows.entries()) found[row] += counts[i];
        }
        const wanted = new Float32Array(21);
        for (const sample of chosen) wanted[Math.floor(sample / each)]++;
        expect(found).toEqual(wanted);
      }),
    );
  });
});

describe('criticBatch', () => {
  it('is of the rows chosen, in their order', () => {
    const columns = { value: column(1, 2, 3), return: column(10, 20, 30) };
    const values = valueTensors({ state: tf.tensor2d([7, 8, 9], [3, 1]) }, columns);
    const batch = criticBatch(values, { row: tf.tensor1d([2, 0], 'int32'), weight: tf.tensor1d([4, 0]) });
    expect(batch.obs.state).toBeAllclose([9, 7]);
    expect(batch.returns).toBeAllclose([30, 10]);
    expect(batch.oldValue).toBeAllclose([3, 1]);
    expect(batch.weight).toBeAllclose([4, 0]);
  });
});
