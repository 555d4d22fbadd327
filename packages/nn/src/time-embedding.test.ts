import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeEmbedding } from './time-embedding.ts';

describe('timeEmbedding', () => {
  it('is the sines and cosines of the time and of a ten-thousandth of it when dim is 4', () => {
    // h = 2: f = [10000⁰, 10000⁻¹]
    const expected = [Math.sin(3), Math.sin(3e-4), Math.cos(3), Math.cos(3e-4)];
    expect(timeEmbedding(3, 4)).toBeAllclose(expected);
  });

  it('gives one number the row that it has in a batch', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 2, max: 20 }),
        (times, h) => {
          const batch = timeEmbedding(tf.tensor1d(times, 'int32'), 2 * h);
          const rows = tf.concat(times.map((t) => timeEmbedding(t, 2 * h)));
          expect(batch.shape).toEqual([times.length, 2 * h]);
          // sin of float32 angles up to 100: half a unit in the last place of 100 is 4e-6
          expect(batch).toBeAllclose(rows, { atol: 1e-5 });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps only its result', () => {
    const times = tf.tensor1d([0, 1, 2], 'int32');
    expect(() => timeEmbedding(times, 16)).toKeepOnlyItsResult();
    expect(() => timeEmbedding(2, 16)).toKeepOnlyItsResult();
  });

  it('refuses a dimension that it cannot halve, and no times', () => {
    expect(() => timeEmbedding(tf.tensor1d([]), 4)).toThrow(
      'timeEmbedding: time [0], wanted a number or [B], B above 0',
    );
    expect(() => timeEmbedding(1, 7)).toThrow(RangeError);
    expect(() => timeEmbedding(1, 2)).toThrow(RangeError);
  });
});
