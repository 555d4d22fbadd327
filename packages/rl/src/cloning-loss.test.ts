import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chunkLogProb } from './chunk-log-prob.ts';
import { cloningLoss } from './cloning-loss.ts';

const chain = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [1, 2, 1, values.length / 2]);

describe('cloningLoss', () => {
  it('is minus the mean of the elements between −5 and 2', () => {
    // −(1 − 5 + 2 + 0) / 4.
    expect(cloningLoss(chain(1, -9, 3, 0))).toBeAllclose([0.5]);
  });

  it('is minus the mean of what its chunks have, whatever they are', () => {
    const values = fc.array(fc.float({ min: -9, max: 9, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(values, (logProbs) => {
        const chunks = chunkLogProb(tf.tensor3d(logProbs, [2, 2, 2]));
        expect(cloningLoss(chain(...logProbs))).toBeAllclose(chunks.mean().neg());
      }),
      { numRuns: 20 },
    );
  });

  it('draws every element that is not clamped upwards alike', () => {
    const gradient = tf.grad((logProbs: tf.Tensor) => cloningLoss(logProbs.as4D(1, 2, 1, 2)));
    expect(gradient(tf.tensor1d([1, -9, 3, 0]))).toBeAllclose([-0.25, 0, 0, -0.25]);
  });

  it('refuses chunks without their chains', () => {
    expect(() => cloningLoss(tf.zeros([0, 2, 1, 2]))).toThrow(
      'cloningLoss: logProbs [0,2,1,2], wanted [B, K′, Ta, Da], each above 0',
    );
  });

  it('keeps only its result', () => {
    const logProbs = chain(1, 2, 3, 4);
    expect(() => cloningLoss(logProbs)).toKeepOnlyItsResult();
  });
});
