import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { traceOnnx } from './onnx-trace.ts';
import { batch } from './onnx-tracer.ts';

const signature = {
  inputs: [{ name: 'x', shape: [batch, 2], dtype: 'float32', doc: 'rows' }],
  output: 'y',
  doc: 'result',
} as const;

it('writes one node an operation, the weights by their names and the rows as B', async () => {
  const weights = { net: { w: tf.tensor2d([1, 2, 3, 4], [2, 2]) } };
  const graph = await traceOnnx(signature, weights, ([x], { net }) => tf.matMul(x.as2D(batch, 2), net['w']));
  expect(graph.nodes.map(({ op }) => op)).toEqual(['Reshape', 'MatMul', 'Identity']);
  expect(graph.nodes[1].inputs[1]).toBe('net.w');
  expect(graph.constants.map(({ name }) => name)).toEqual(['net.w', 'int64[2]:0,2']);
  expect(graph.outputs).toEqual([{ name: 'y', type: 'float32', shape: ['B', 2], doc: 'result' }]);
});

it('leaves the backend and its tensors as they were', async () => {
  const w = tf.tensor1d([1, 2]);
  const [backend, tensors] = [tf.getBackend(), tf.memory().numTensors];
  await traceOnnx(signature, { net: { w } }, ([x], { net }) => x.add(net['w']));
  expect(tf.getBackend()).toBe(backend);
  expect(tf.memory().numTensors).toBe(tensors);
  expect(w).toBeAllclose([1, 2]);
});

it('refuses an operation that it cannot write, the value of a tensor, and tensors from outside', async () => {
  const [backend, outside] = [tf.getBackend(), tf.scalar(1)];
  for (const [f, message] of [
    [(x: tf.Tensor) => x.exp(), "'Exp' not registered"],
    [(x: tf.Tensor) => x.add(x.dataSync()[0]), 'a value was read'],
    [(x: tf.Tensor) => x.add(outside), 'a tensor of another backend'],
  ] as const) {
    await expect(traceOnnx(signature, {}, ([x]) => f(x))).rejects.toThrow(message);
    expect(tf.getBackend()).toBe(backend);
  }
  expect(outside).toBeAllclose([1]);
});
