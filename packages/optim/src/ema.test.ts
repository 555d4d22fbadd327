import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ema } from './ema.ts';

describe('ema', () => {
  it('moves a tenth of the way when decay is 0.9', () => {
    const next = ema({ p: tf.tensor1d([0, 10]) }, { p: tf.tensor1d([1, 20]) }, 0.9);
    expect(next.p).toBeAllclose([0.1, 11]);
  });

  it('is the parameters when decay is 0, the average when decay is 1, and between them otherwise', () => {
    const value = fc.float({ min: -100, max: 100, noNaN: true });
    const exactly = { atol: 2 ** -126, rtol: 0 }; // TensorFlow takes numbers below that for 0
    fc.assert(
      fc.property(value, value, fc.double({ min: 0, max: 1, noNaN: true }), (a, p, decay) => {
        const [average, params] = [{ w: tf.scalar(a) }, { w: tf.scalar(p) }];
        expect(ema(average, params, 0).w).toBeAllclose([p], exactly);
        expect(ema(average, params, 1).w).toBeAllclose([a], exactly);
        const [between] = ema(average, params, decay).w.dataSync();
        expect(between).toBeGreaterThanOrEqual(Math.min(a, p) - 1e-4);
        expect(between).toBeLessThanOrEqual(Math.max(a, p) + 1e-4);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps only its result', () => {
    const params = { a: tf.scalar(1), b: tf.tensor1d([1, 2]) };
    expect(() => ema(params, params, 0.5)).toKeepOnlyItsResult();
  });

  it('refuses other names or shapes and a decay outside of [0, 1]', () => {
    expect(() => ema({ a: tf.scalar(1) }, { b: tf.scalar(1) }, 0.5)).toThrow('average of a, parameters b');
    expect(() => ema({}, {}, 1.5)).toThrow('decay 1.5');
    expect(() => ema({ a: tf.zeros([2]) }, { a: tf.zeros([1]) }, 0.5)).toThrow(
      'ema: average of "a" [2], wanted [1]',
    );
  });
});
