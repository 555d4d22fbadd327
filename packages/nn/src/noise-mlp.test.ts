import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowMlp } from './flow-mlp.ts';
import { noiseMlp } from './noise-mlp.ts';

const flow = flowMlp({ obsDim: 3, actionDim: 2, horizonSteps: 2, timeDim: 4, hidden: [8], condHidden: [5] });
const kinds = ['embedding', 'table', 'none'] as const;
const range = { min: 0.1, max: 0.4 };
const obs = (rows: number, seed = 1) => ({
  state: tf.randomNormal<tf.Rank.R3>([rows, 1, 3], 0, 1, 'float32', seed),
});
const rowsOf = (...steps: number[]): tf.Tensor1D => tf.tensor1d(steps, 'int32');

it('is by hand as far between the logarithms of the bounds as half of tanh + 1', () => {
  const one = flowMlp({ obsDim: 1, actionDim: 1, horizonSteps: 1, timeDim: 4, hidden: [4] });
  const noise = noiseMlp({ flow: one, steps: 4, time: 'none', hidden: [] });
  const params = {
    'mlp_logvar.moduleList.0.linear_1.weight': tf.tensor2d([[2]]),
    'mlp_logvar.moduleList.0.linear_1.bias': tf.tensor1d([-1]),
  };
  // tanh(2 · 0.75 − 1) = tanh ½ = 0.4621172, h = 0.7310586: 0.1^0.2689414 · 0.4^0.7310586 = 0.2755139.
  const std = noise.apply(params, one.init(1), { state: tf.tensor3d([[[0.75]]]) });
  expect(std(3, range)).toBeAllclose([0.1 ** 0.2689414 * 0.4 ** 0.7310586]);
  expect(std(3, range)).toBeAllclose([0.2755139]);
});

describe.each(kinds)('with a feature of time that is %s', (time) => {
  const noise = noiseMlp({ flow, steps: 4, learnedSteps: 3, time, tableDim: 3, hidden: [6] });
  const of = (rows: number, seed: number) =>
    noise.apply(noise.init(seed), flow.init(seed + 1), obs(rows, seed));

  it('gives rows at one step each what it gives all at that step, the smallest σ where none is learned', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.array(fc.nat(3), { minLength: 2, maxLength: 4 }), (seed, steps) => {
        tf.tidy(() => {
          const std = of(steps.length, seed);
          const each = steps.map((step, b) => std(step, range).slice([b], [1]));
          expect(std(rowsOf(...steps), range)).toBeAllclose(tf.concat(each), { atol: 1e-6 });
          expect(std(0, range)).toBeAllclose(new Float32Array(4 * steps.length).fill(0.1));
        });
      }),
      { numRuns: 15 },
    );
  });

  it('stays within the bounds, numbers or tensors, and scales with them', () => {
    const std = of(3, 5);
    const own = std(2, range);
    expect(own.min().dataSync()[0]).toBeGreaterThan(0.1);
    expect(own.max().dataSync()[0]).toBeLessThan(0.4);
    expect(std(2, { min: tf.scalar(0.1), max: tf.scalar(0.4) })).toBeAllclose(own);
    expect(std(2, { min: 0.2, max: 0.8 })).toBeAllclose(own.mul(2));
    expect(std(2, { min: 0.3, max: 0.3 })).toBeAllclose(new Float32Array(12).fill(0.3));
  });

  it('has gradients of all its parameters and of the encoding of the observation, and none of the time embedding', () => {
    const [params, flowParams] = [noise.init(2), flow.init(3)];
    const all = { ...params, ...flowParams };
    const names = [
      ...Object.keys(params),
      ...Object.keys(flowParams).filter((name) => name.startsWith('cond_mlp')),
    ];
    const [o, steps] = [obs(3), rowsOf(1, 2, 3)];
    const sum = (...values: tf.Tensor[]): tf.Scalar => {
      const given = { ...all, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) };
      return noise.apply(given, given, o)(steps, range).sum();
    };
    for (const [i, gradient] of tf
      .grads(sum)(names.map((name) => all[name]))
      .entries()) {
      expect(gradient.abs().max().dataSync()[0], names[i]).toBeGreaterThan(1e-6);
    }
    const embedding = flowParams['time_embedding.3.weight'];
    const slope = tf.grad((weight) => {
      const given = { ...flowParams, 'time_embedding.3.weight': weight };
      return noise.apply(params, given, o)(steps, range).sum().add(weight.sum());
    })(embedding);
    expect(slope).toBeAllclose(new Float32Array(embedding.size).fill(1));
  });

  it('keeps only its result', () => {
    const [params, flowParams, o] = [noise.init(1), flow.init(1), obs(2)];
    const std = noise.apply(params, flowParams, o);
    expect(() => std(3, range)).toKeepOnlyItsResult();
    expect(() => tf.tidy(() => noise.apply(params, flowParams, o)(3, range))).toKeepOnlyItsResult();
    expect(() => noise.init(1)).toKeepOnlyItsResult();
  });
});

const width = (time: (typeof kinds)[number]) =>
  noiseMlp({ flow, steps: 4, time }).shapes['mlp_logvar.moduleList.0.linear_1.weight'];

it('has one hidden layer as large as in the reference where none is given', () => {
  // ⌊√((4 + 5)² + 4²)⌋ = 9.
  expect(width('embedding')).toEqual([9, 9]);
  expect(width('none')).toEqual([16, 5]);
});

it('refuses sizes that are none, more learned steps than there are, and parameters of another network', () => {
  expect(() => noiseMlp({ flow, steps: 0 })).toThrow('noiseMlp: steps 0, wanted a whole number above 0');
  expect(() => noiseMlp({ flow, steps: 2, learnedSteps: 3 })).toThrow(
    'noiseMlp: learnedSteps 3, wanted at most the steps, 2',
  );
  const noise = noiseMlp({ flow, steps: 2 });
  expect(() => noise.apply({}, flow.init(1), obs(1))).toThrow('noiseMlp: no parameter "mlp_logvar');
  expect(() => noise.apply(noise.init(1), {}, obs(1))).toThrow('flowMlp: no parameter "time_embedding');
});
