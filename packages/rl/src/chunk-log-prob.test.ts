import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chunkLogProb } from './chunk-log-prob.ts';

const two = (): tf.Tensor3D => tf.tensor3d([1, -9, 3, 0, 1, 1, 1, 1], [2, 2, 2]);

describe('chunkLogProb', () => {
  it('is the mean of the elements between −5 and 2', () => {
    // (1 − 5 + 2 + 0) / 4 and 1.
    expect(chunkLogProb(two())).toBeAllclose([-0.5, 1]);
  });

  it('counts the first rewardHorizon actions alone', () => {
    expect(chunkLogProb(two(), { rewardHorizon: 1 })).toBeAllclose([-2, 1]);
  });

  it('is for a batch of two what it is for two batches', () => {
    const chunk = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(chunk, chunk, fc.integer({ min: 1, max: 3 }), (a, b, rewardHorizon) => {
        const [one, other] = [a, b].map((values) =>
          chunkLogProb(tf.tensor3d(values, [1, 3, 2]), { rewardHorizon }),
        );
        const both = chunkLogProb(tf.tensor3d([...a, ...b], [2, 3, 2]), { rewardHorizon });
        expect(both).toBeAllclose(one.concat(other));
      }),
      { numRuns: 20 },
    );
  });

  it('has no gradient where an element is clamped', () => {
    const gradient = tf.grad((logProbs: tf.Tensor) => chunkLogProb(logProbs.as3D(2, 2, 2)).sum());
    expect(gradient(two())).toBeAllclose([1, 0, 0, 1, 1, 1, 1, 1].map((passes) => passes / 4));
  });

  it('refuses no chunks and a horizon longer than the chunk', () => {
    expect(() => chunkLogProb(tf.zeros([0, 2, 2]))).toThrow(
      'chunkLogProb: logProbs [0,2,2], wanted [B, Ta, Da], each above 0',
    );
    expect(() => chunkLogProb(two(), { rewardHorizon: 3 })).toThrow(
      'chunkLogProb: rewardHorizon is 3, wanted a whole number from 1 to 2 for logProbs [2,2,2]',
    );
  });

  it('keeps only its result', () => {
    const logProbs = two();
    expect(() => chunkLogProb(logProbs, { rewardHorizon: 1 })).toKeepOnlyItsResult();
  });
});
