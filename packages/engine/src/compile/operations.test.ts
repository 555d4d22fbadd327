import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { compile } from './compile.ts';

// Fused operations round differently; without fusing, every number is the same to the last bit.
const tolerance = { atol: 1e-6, rtol: 1e-5 };
const jits = [false, true];

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

const mish = (x: tf.Tensor) => x.mul(x.softplus().tanh());

function layerNorm(x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return x.sub(mean).div(variance.add(1e-5).sqrt());
}

function linear(x: tf.Tensor, params: tf.NamedTensorMap, name: string): tf.Tensor {
  return tf.matMul(x, params[`${name}.weight`], false, true).add(params[`${name}.bias`]);
}

function network(sizes: readonly number[]): tf.NamedTensorMap {
  const layers = sizes.slice(1).map((out, i): tf.NamedTensorMap => ({
    [`${i}.weight`]: tf.tidy(() => normal([out, sizes[i]], i + 1).mul(1 / Math.sqrt(sizes[i]))),
    [`${i}.bias`]: normal([out], i + 10),
  }));
  return Object.fromEntries(layers.flatMap((layer) => Object.entries(layer)));
}

type Batch = Record<'x' | 'index' | 'oldLogProb' | 'advantage', tf.Tensor>;

/** Loss and gradients of a clipped surrogate of a network with all that policies are made of. */
function update(params: tf.NamedTensorMap, batch: Batch) {
  const names = Object.keys(params);
  const loss = (...list: tf.Tensor[]) => {
    const now = Object.fromEntries(names.map((name, i) => [name, list[i]]));
    const table = tf.tensor2d([0.1, 0.2, 0.4, 0.8], [4, 1]).gather(batch.index.cast('int32'));
    const first = layerNorm(mish(linear(tf.concat([batch.x, table], 1), now, '0')));
    const second = linear(first, now, '1').relu().add(first);
    const mean = linear(second, now, '2').clipByValue(-1, 1);
    const error = mean.sub(batch.x.slice([0, 0], [-1, 2])).div(table);
    const ratio = error.square().mul(-0.5).mean(1).sub(batch.oldLogProb).exp();
    const cost = batch.advantage.neg();
    return cost
      .mul(ratio)
      .maximum(cost.mul(ratio.clipByValue(0.8, 1.2)))
      .mean<tf.Scalar>();
  };
  return tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads(loss)(Object.values(params));
    return { value, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]])) };
  });
}

it.each(jits)(
  'gives loss and gradients of a clipped surrogate, also for parameters of later, jit %s',
  (jit) => {
    const compiled = compile(update, { jit });
    const batch = {
      x: normal([64, 5], 1),
      index: tf.range(0, 64, 1, 'int32').mod(tf.scalar(4, 'int32')),
      oldLogProb: normal([64], 2),
      advantage: normal([64], 3),
    };
    for (const params of [network([6, 32, 32, 2]), network([6, 32, 32, 2])]) {
      const [got, wanted] = [compiled(params, batch), update(params, batch)];
      expect(got.value).toBeAllclose(wanted.value, tolerance);
      expect(Object.keys(got.gradients)).toEqual(Object.keys(params));
      for (const name of Object.keys(params)) {
        expect(wanted.gradients[name].abs().max().dataSync()[0]).toBeGreaterThan(0);
        expect(got.gradients[name]).toBeAllclose(wanted.gradients[name], tolerance);
      }
    }
    const params = network([6, 32, 32, 2]);
    expect(() => compiled(params, batch)).toKeepOnlyItsResult();
  },
);

const chains = [1, 40].flatMap((rows) => jits.map((jit) => ({ rows, jit })));

it.each(chains)('gives a chain of 20 steps with $rows rows, jit $jit', ({ rows, jit }) => {
  const chain = (params: tf.NamedTensorMap, obs: tf.Tensor, noise: tf.Tensor) =>
    tf.tidy(() => {
      const steps = noise.unstack();
      let x = steps[0];
      for (const [k, step] of steps.slice(1).entries()) {
        const time = tf.ones([rows, 1]).mul(k / 20);
        const hidden = linear(tf.concat([x, time, obs], 1), params, '0').relu();
        x = x
          .mul(0.9)
          .sub(linear(hidden, params, '1').mul(0.1))
          .clipByValue(-1, 1)
          .add(step.mul(0.1));
      }
      return { action: x, first: steps[0] };
    });
  const [params, obs, noise] = [network([24, 64, 12]), normal([rows, 11], 1), normal([21, rows, 12], 2)];
  const [got, wanted] = [compile(chain, { jit })(params, obs, noise), chain(params, obs, noise)];
  expect(got.action).toBeAllclose(wanted.action, tolerance);
  expect(got.first).toBeAllclose(wanted.first, tolerance);
});

const tensors = (container: tf.TensorContainer) => tf.tensor_util.getTensorsInContainer(container);

const operations: Record<string, (x: tf.Tensor2D, i: tf.Tensor) => tf.TensorContainer> = {
  'expandDims, squeeze and tile': (x) => x.expandDims(1).tile([1, 2, 1]).squeeze(),
  'logical and comparison': (x, i) =>
    x
      .greater(0)
      .logicalAnd(i.less(2).tile([1, 2]))
      .logicalNot()
      .cast('int32'),
  'where and zerosLike': (x) => tf.where(x.greater(0), x, x.zerosLike()),
  'split, stack and reverse': (x) => tf.stack(tf.split(x, 2, 1)).reverse(0),
  'pad, stridedSlice and transpose': (x) =>
    tf
      .stridedSlice(
        x.pad([
          [1, 0],
          [0, 2],
        ]),
        [0, 0],
        [3, 4],
        [2, 1],
      )
      .transpose(),
  reductions: (x) => [
    x.sum(0),
    x.max(1),
    x.min(),
    x.prod(),
    x.greater(0).any(1),
    x.argMax(1),
    x.logSumExp(),
    x.norm(),
  ],
  'softmax, cumsum and topk': (x) => [tf.softmax(x), x.cumsum(1), tf.topk(x, 2)],
  'oneHot, gatherND and scatterND': (_x, i) => [
    tf.oneHot(i.flatten(), 5),
    tf.scatterND(i.reshape([4, 1]), tf.ones([4]), [9]),
  ],
  'unsortedSegmentSum and gather with batchDims': (x, i) => [
    tf.unsortedSegmentSum(x, tf.tensor1d([0, 1], 'int32'), 2),
    tf.gather(x, i, 1, 1),
  ],
  'einsum and dot': (x) => [tf.einsum('ij,kj->ik', x, x), tf.dot(x, x.transpose())],
  'erf, step, pow and mod': (x) => [
    x.erf(),
    x.step(),
    x.abs().pow(1.5),
    x.mod(0.7),
    x.sign(),
    x.expm1(),
    x.log1p(),
  ],
  'fused matMul': (x) =>
    tf.fused.matMul({
      a: x,
      b: x,
      transposeB: true,
      bias: tf.tensor1d([1, 2]),
      activation: 'relu',
    }),
  'conv2d and its gradient': (x) => {
    const image = x.reshape<tf.Tensor4D>([1, 2, 4, 1]);
    return tf.grad((k) => tf.conv2d(image, k.reshape<tf.Tensor4D>([2, 2, 1, 3]), 1, 'same').relu())(
      tf.ones([2, 2, 1, 3]),
    );
  },
  'gradients of gather, concat and clipByValue': (x, i) =>
    tf.grad((y) =>
      tf
        .concat([y.gather(i.flatten().cast('int32').mod(tf.scalar(2, 'int32'))), y.clipByValue(-0.5, 0.5)])
        .square(),
    )(x),
};

it.each(Object.keys(operations))('knows %s', (name) => {
  const x = tf.tensor2d([
    [0.3, -1.2, 2.5, -0.1],
    [-0.7, 0.4, 0.9, -2],
  ]);
  const i = tf.tensor2d([0, 2, 1, 3], [2, 2], 'int32');
  const f = operations[name];
  const wanted = tensors(f(x, i));
  for (const jit of jits) {
    const got = tensors(compile(f, { jit })(x, i));
    expect(got.map(({ shape, dtype }) => [shape, dtype])).toEqual(
      wanted.map(({ shape, dtype }) => [shape, dtype]),
    );
    for (const [j, tensor] of got.entries()) expect(tensor).toBeAllclose(wanted[j], tolerance);
  }
});
