import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adamw } from './adamw.ts';

describe('adamw', () => {
  it('takes its first step by the learning rate against the sign of the gradient, after the decay', () => {
    // m/(1 − β₁) = g and √(v/(1 − β₂)) = |g|, so p ← p·(1 − 0.1·0.5) − 0.1·sign(g): 0.95 − 0.1, −1.9 + 0.1
    const optimizer = adamw({ weightDecay: 0.5 });
    const params = { p: tf.tensor1d([1, -2]) };
    const [next, { expAvg, expAvgSq, steps }] = optimizer.update(
      { p: tf.tensor1d([3, -0.01]) },
      optimizer.init(params),
      params,
      0.1,
    );
    expect(next.p).toBeAllclose([0.85, -1.8]);
    expect(expAvg.p).toBeAllclose([0.3, -0.001]);
    expect(expAvgSq.p).toBeAllclose([9e-3, 1e-7], { atol: 1e-12 });
    expect(steps.p).toBeAllclose([1]);
  });

  it('leaves a parameter without gradient, its averages and its step count as they are', () => {
    const optimizer = adamw({ weightDecay: 0.1 });
    const params = { reached: tf.tensor1d([1]), other: tf.tensor1d([2]) };
    const [first, state] = optimizer.update(
      { reached: tf.tensor1d([1]) },
      optimizer.init(params),
      params,
      0.01,
    );
    expect(first.other).toBeAllclose([2], { atol: 0, rtol: 0 });
    expect(state.steps.reached).toBeAllclose([1]);
    expect(state.steps.other).toBeAllclose([0]);
    const gradients = { reached: tf.tensor1d([1]), other: tf.tensor1d([1]) };
    const [second, after] = optimizer.update(gradients, state, first, 0.01);
    expect(after.steps.reached).toBeAllclose([2]);
    expect(after.steps.other).toBeAllclose([1]);
    expect(second.other).toBeAllclose([2 * (1 - 0.01 * 0.1) - 0.01]);
  });

  it('takes the same first step however large the gradient is', () => {
    const scale = fc.double({ min: 0.1, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(scale, { minLength: 1, maxLength: 5 }), scale, (g, factor) => {
        tf.tidy(() => {
          const optimizer = adamw();
          const params = { p: tf.zeros([g.length]) };
          const step = (values: number[]) =>
            optimizer.update({ p: tf.tensor1d(values) }, optimizer.init(params), params, 0.1)[0].p;
          expect(step(g.map((value) => value * factor))).toBeAllclose(step(g), { atol: 1e-5 });
        });
      }),
      { numRuns: 30 },
    );
  });

  it('keeps only its result, which outlives what it was given', () => {
    const optimizer = adamw({ weightDecay: 0.1 });
    const params = { a: tf.tensor1d([1, 2]), b: tf.scalar(3) };
    const state = optimizer.init(params);
    const gradients = { a: tf.tensor1d([1, 1]) };
    expect(() => optimizer.init(params)).toKeepOnlyItsResult();
    expect(() => optimizer.update(gradients, state, params, 0.1)).toKeepOnlyItsResult();
    const [next, after] = optimizer.update(gradients, state, params, 0.1);
    tf.dispose([params, state, gradients]);
    expect(next.b).toBeAllclose([3]);
    expect(after.expAvg.b).toBeAllclose([0]);
  });

  it('names the parameter whose gradient or state does not fit, and the number that is out of range', () => {
    const optimizer = adamw();
    const params = { p: tf.tensor1d([1, 2]) };
    const state = optimizer.init(params);
    expect(() => optimizer.update({ p: tf.scalar(1) }, state, params, 0.1)).toThrow(
      '"p" [], [2], [2], wanted [2]',
    );
    expect(() => optimizer.update({ q: tf.scalar(1) }, state, params, 0.1)).toThrow(
      'adamw: gradients of q, wanted those of the parameters p',
    );
    expect(() => optimizer.update({}, optimizer.init({}), params, 0.1)).toThrow('no state of parameter "p"');
    expect(() => optimizer.update({}, state, params, NaN)).toThrow(
      'adamw: learningRate NaN, wanted a number of 0 or more',
    );
    expect(() => adamw({ beta2: 1 })).toThrow(
      'beta2 1, epsilon 1e-8, wanted weightDecay ≥ 0, betas in [0, 1)',
    );
  });
});
