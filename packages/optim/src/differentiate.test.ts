import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from './differentiate.ts';

// The rank by type argument is a promise that no type checks.
const rowSum = (p: tf.NamedTensorMap) => ({ loss: p.a.sum<tf.Scalar>(0, true) });

const fail = (): never => {
  throw new Error('on purpose');
};

describe('differentiate', () => {
  it('gives value, gradients and whatever else the function returns', () => {
    // loss = Σ a·b: ∂a = b, ∂b = a
    const { loss, gradients, product, rows, nested } = differentiate(
      ({ a, b }) => {
        const ab = a.mul(b);
        return { loss: ab.sum<tf.Scalar>(), product: ab, rows: 2, nested: { list: [ab.neg()] } };
      },
      { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]) },
    );
    expect(loss).toBeAllclose([11]);
    expect(gradients.a).toBeAllclose([3, 4]);
    expect(gradients.b).toBeAllclose([1, 2]);
    expect(product).toBeAllclose([3, 8]);
    expect(nested.list[0]).toBeAllclose([-3, -8]);
    expect(rows).toBe(2);
  });

  it('leaves out a parameter that the loss does not reach, also if nothing is reached', () => {
    const params = { used: tf.scalar(3), unused: tf.scalar(4) };
    const { gradients } = differentiate(({ used }) => ({ loss: used.square().sum<tf.Scalar>() }), params);
    expect(Object.keys(gradients)).toEqual(['used']);
    expect(differentiate(() => ({ loss: tf.scalar(1) }), params).gradients).toEqual({});
  });

  it('is linear in the loss', () => {
    const value = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(value, value, (x, scale) => {
        tf.tidy(() => {
          const params = { x: tf.scalar(x) };
          const f = (factor: number) =>
            differentiate((p) => ({ loss: p.x.sin().mul<tf.Scalar>(factor) }), params).gradients.x;
          expect(f(scale)).toBeAllclose(f(1).mul(scale), { atol: 1e-5 });
        });
      }),
      { numRuns: 30 },
    );
  });

  it('keeps only its result, and returns nothing that it was lent', () => {
    const params = { a: tf.tensor1d([1, 2]), b: tf.scalar(1) };
    const batch = tf.tensor1d([5, 6]);
    const f = (p: tf.NamedTensorMap) => ({
      loss: p.a.mul(batch).mean<tf.Scalar>(),
      batch,
      same: p.a,
      more: [p.a.square()],
    });
    expect(() => differentiate(f, params)).toKeepOnlyItsResult();
    expect(() => tf.tidy(() => differentiate(f, params).more)).toKeepOnlyItsResult();
    expect(() => tf.dispose(differentiate(f, params).batch)).not.toThrow();
    expect(batch.isDisposed).toBe(false);
  });

  it('leaves nothing behind when the function throws, before the backward pass or in it', () => {
    const params = { a: tf.tensor1d([1, 2]) };
    const throwing = (f: (p: tf.NamedTensorMap) => { loss: tf.Scalar }) => (): [] => {
      expect(() => differentiate(f, params)).toThrow('on purpose');
      return [];
    };
    const unwilling = tf.customGrad((x) => ({ value: tf.neg(x as tf.Tensor), gradFunc: fail }));
    expect(throwing(({ a }) => ({ loss: a.exp().square().mul<tf.Scalar>(fail()) }))).toKeepOnlyItsResult();
    expect(throwing(({ a }) => ({ loss: unwilling(a.exp()).sum() }))).toKeepOnlyItsResult();
    expect(differentiate(({ a }) => ({ loss: a.square().sum() }), params).gradients.a).toBeAllclose([2, 4]);
  });

  it('refuses a loss that is no scalar, and no parameters', () => {
    const params = { a: tf.tensor1d([1, 2]) };
    expect(() => differentiate(rowSum, params)).toThrow('loss [1]');
    expect(() => differentiate(() => ({ loss: tf.scalar(1) }), {})).toThrow('no parameters');
  });
});
