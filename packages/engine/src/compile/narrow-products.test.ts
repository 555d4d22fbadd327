import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tensorflowBackend } from './backend.ts';
import { compile } from './compile.ts';

const product = (a: tf.Tensor2D, b: tf.Tensor2D) => a.matMul<tf.Tensor2D>(b);
const narrow = compile(product, { precision: 'bfloat16' });
const matrix = (rows: number, columns: number, seed: number) =>
  tf.randomNormal<tf.Rank.R2>([rows, columns], 0, 1, 'float32', seed);

it('rounds factors to 8 bits where TensorFlow runs the graph, and nowhere else', () => {
  const a = tf.tensor2d([[1 + 2 ** -9, 1 + 2 ** -7]]);
  const b = tf.tensor2d([
    [1, 0],
    [0, 1],
  ]);
  const first = tensorflowBackend() ? 1 : 1 + 2 ** -9;
  expect(narrow(a, b)).toBeAllclose([first, 1 + 2 ** -7], { atol: 0, rtol: 0 });
});

it('is within the rounding of both factors and the result of the product', () => {
  const size = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(size, size, size, fc.integer({ min: 1, max: 99 }), (rows, inner, columns, seed) => {
      tf.tidy(() => {
        const [a, b] = [matrix(rows, inner, seed), matrix(inner, columns, seed + 1)];
        const error = narrow(a, b).sub(product(a, b)).abs();
        // Rounding to 8 bits, the leading one included, moves a number by at most 2⁻⁸ of it: both factors and the result.
        const bound = product(a.abs(), b.abs()).mul(3.02 * 2 ** -8);
        expect(error.lessEqual(bound).all().dataSync()[0]).toBe(1);
      });
    }),
    { numRuns: 10 },
  );
});

const gradient = (a: tf.Tensor2D, b: tf.Tensor2D) =>
  tf.tidy(() => tf.grad((x) => x.matMul(b).tanh().sum())(a));

it.each([false, true])('takes the products of a gradient too, with jit %s', (jit) => {
  const [a, b] = [matrix(16, 16, 1), matrix(16, 16, 2)];
  const [got, wanted] = [compile(gradient, { precision: 'bfloat16', jit })(a, b), gradient(a, b)];
  const error = tf.norm(got.sub(wanted)).div(tf.norm(wanted)).dataSync()[0];
  const [least, most] = tensorflowBackend() ? [1e-4, 0.02] : [0, 0];
  expect(error).toBeGreaterThanOrEqual(least);
  expect(error).toBeLessThanOrEqual(most);
});

it('keeps only its result', () => {
  const [a, b] = [matrix(2, 2, 1), matrix(2, 2, 2)];
  expect(() => narrow(a, b)).toKeepOnlyItsResult();
});

it('refuses another precision', () => {
  const float16: unknown = 'float16';
  expect(() => compile(product, { precision: float16 as 'bfloat16' })).toThrow(
    new RangeError('compile: precision is float16, wanted float32 or bfloat16'),
  );
});
