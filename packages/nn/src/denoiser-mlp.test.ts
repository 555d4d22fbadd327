import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { denoiserMlp } from './denoiser-mlp.ts';

const network = denoiserMlp({ obsDim: 5, actionDim: 2, horizonSteps: 3, condSteps: 2, hidden: [8, 8, 8] });

function batch(size: number, seed: number) {
  const obs = tf.randomNormal<tf.Rank.R3>([size, 2, 5], 0, 1, 'float32', seed);
  const x = tf.randomNormal<tf.Rank.R3>([size, 3, 2], 0, 1, 'float32', seed + 1);
  return { obs, x };
}

describe('denoiserMlp', () => {
  it('is the sum of x, half the observation and the output bias when its weights say so', () => {
    // One hidden unit of x₀ + ½·o₀, then Linear with weight 2 and bias 0.25: 2·(3 + ½·4) + 0.25 = 10.25.
    const tiny = denoiserMlp({ obsDim: 1, actionDim: 1, horizonSteps: 1, timeDim: 4, hidden: [1] });
    const params = {
      ...tiny.init(0),
      'mlp_mean.layers.0.weight': tf.tensor2d([[1, 0, 0, 0, 0, 0.5]]),
      'mlp_mean.layers.0.bias': tf.tensor1d([0]),
      'mlp_mean.layers.1.weight': tf.tensor2d([[2]]),
      'mlp_mean.layers.1.bias': tf.tensor1d([0.25]),
    };
    const denoise = tiny.apply(params, { state: tf.tensor3d([[[4]]]) });
    expect(denoise(tf.tensor3d([[[3]]]), 7)).toBeAllclose([10.25]);
    expect(denoise(tf.tensor3d([[[3]]]), tf.tensor1d([7], 'int32'))).toBeAllclose([10.25]);
  });

  it('gives each row of a batch what it gives the row alone, at one time or at one each', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(19), { minLength: 1, maxLength: 4 }), fc.nat(1000), (times, seed) => {
        tf.tidy(() => {
          const params = network.init(seed);
          const { obs, x } = batch(times.length, seed);
          const together = network.apply(params, { state: obs })(x, tf.tensor1d(times, 'int32'));
          const alone = times.map((time, b) =>
            network.apply(params, { state: obs.slice(b, 1) })(x.slice(b, 1), time),
          );
          expect(together.shape).toEqual(x.shape);
          expect(together).toBeAllclose(tf.concat(alone), { atol: 1e-5 });
        });
      }),
      { numRuns: 20 },
    );
  });

  it('leaves nothing behind in the scope of its caller', () => {
    const params = network.init(0);
    const { obs, x } = batch(2, 0);
    expect(() => tf.tidy(() => network.apply(params, { state: obs })(x, 3))).toKeepOnlyItsResult();
    const denoise = network.apply(params, { state: obs });
    expect(() => denoise(x, 3)).toKeepOnlyItsResult();
    expect(() => denoise(x, tf.tensor1d([3, 4]))).not.toKeepOnlyItsResult(); // the times are the caller's
  });

  it('has gradients at one time for all rows', () => {
    const params = network.init(1);
    const { obs, x } = batch(3, 1);
    const loss = (time: tf.Tensor1D | number) => (weight: tf.Tensor) =>
      network
        .apply({ ...params, 'mlp_mean.layers.0.weight': weight }, { state: obs })(x, time)
        .square()
        .sum();
    const weight = params['mlp_mean.layers.0.weight'];
    const together = tf.grad(loss(4))(weight);
    expect(together).toBeAllclose(tf.grad(loss(tf.tensor1d([4, 4, 4])))(weight), { atol: 1e-5, rtol: 1e-4 });
  });

  it('starts within ±1/√(inputs), differently for each seed and parameter', () => {
    const [a, again, b] = [network.init(1), network.init(1), network.init(2)];
    const [l1, l2] = ['mlp_mean.layers.1.l1.weight', 'mlp_mean.layers.1.l2.weight'];
    expect(a[l1]).toBeAllclose(again[l1], { atol: 0, rtol: 0 });
    expect(a[l1]).not.toBeAllclose(b[l1]);
    expect(a[l1]).not.toBeAllclose(a[l2]);
    const largest = Math.max(...a[l1].abs().dataSync());
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(8));
    expect(largest).toBeGreaterThan(0.9 / Math.sqrt(8));
    expect(() => network.init(3)).toKeepOnlyItsResult();
  });

  it('starts each layer otherwise from a seed that fills 53 bits, and otherwise than from its lower half', () => {
    const large = network.init(2 ** 50 + 1);
    const [l1, l2] = ['mlp_mean.layers.1.l1.weight', 'mlp_mean.layers.1.l2.weight'];
    expect(large[l1]).not.toBeAllclose(large[l2]);
    expect(large[l1]).not.toBeAllclose(network.init(1)[l1]);
  });

  it('names what does not fit', () => {
    const params = network.init(0);
    const { obs, x } = batch(2, 0);
    const denoise = network.apply(params, { state: obs });
    expect(() => network.apply(params, { state: obs.slice([0, 0, 0], [2, 1, 5]) })).toThrow(
      'denoiserMlp: obs.state [2, 1, 5], wanted [B, 2, 5], B above 0',
    );
    expect(() => network.apply(params, { state: tf.zeros([0, 2, 5]) })).toThrow('obs.state [0, 2, 5]');
    expect(() => denoise(x.slice(0, 1), 0)).toThrow('x [1, 3, 2], wanted [2, 3, 2]');
    expect(() => denoise(x, tf.tensor1d([0, 1, 2]))).toThrow('time [3], wanted a number or [2]');
    expect(() => network.apply({}, { state: obs })).toThrow(
      'denoiserMlp: no parameter "time_embedding.1.weight" among none, wanted one [32, 16]',
    );
    const transposed = { ...params, 'mlp_mean.layers.0.weight': tf.zeros([32, 8]) };
    expect(() => network.apply(transposed, { state: obs })).toThrow(
      'denoiserMlp: parameter "mlp_mean.layers.0.weight" [32, 8], wanted [8, 32]',
    );
    expect(() => network.init(0.5)).toThrow('seed 0.5');
    expect(() => denoiserMlp({ obsDim: 1, actionDim: 1, horizonSteps: 1, hidden: [4, 4] })).toThrow(
      'odd number',
    );
    expect(() => denoiserMlp({ obsDim: 1, actionDim: 0, horizonSteps: 1 })).toThrow(
      'denoiserMlp: actionDim 0, wanted a whole number above 0',
    );
    expect(() => denoiserMlp({ obsDim: 1, actionDim: 1, horizonSteps: 1, timeDim: 5 })).toThrow('timeDim 5');
  });
});
