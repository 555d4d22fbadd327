import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianMlp } from './gaussian-mlp.ts';

const sizes = { obsDim: 3, actionDim: 2, horizonSteps: 4, hidden: [6, 6, 6] };

describe('gaussianMlp', () => {
  it('has the mean tanh(½) and the standard deviation e⁻¹ when bias and log-variance are ½ and −2', () => {
    const network = gaussianMlp({ obsDim: 1, actionDim: 1, horizonSteps: 1, hidden: [1] });
    const params = {
      'mlp_mean.layers.0.weight': tf.tensor2d([[0]]),
      'mlp_mean.layers.0.bias': tf.tensor1d([0]),
      'mlp_mean.layers.1.weight': tf.tensor2d([[0]]),
      'mlp_mean.layers.1.bias': tf.tensor1d([0.5]),
      logvar: tf.tensor1d([-2]),
    };
    expect(Object.keys(network.init(0))).toEqual(Object.keys(params));
    const { mean, std } = network.apply(params, { state: tf.tensor3d([[[9]]]) });
    expect(mean).toBeAllclose([Math.tanh(0.5)]);
    expect(std).toBeAllclose([Math.exp(-1)]);
  });

  it('starts at fixedStd and stays within minStd and maxStd whatever is learned', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 0.9, noNaN: true }), (fixedStd) => {
        tf.tidy(() => {
          const network = gaussianMlp({ ...sizes, fixedStd, minStd: 0.02, maxStd: 0.9 });
          const params = network.init(0);
          const obs = tf.ones<tf.Rank.R3>([2, 1, 3]);
          expect(network.apply(params, { state: obs }).std).toBeAllclose([fixedStd, fixedStd], {
            atol: 1e-6,
          });
          const wild = { ...params, logvar: tf.tensor1d([-50, 50]) };
          expect(network.apply(wild, { state: obs }).std).toBeAllclose([0.02, 0.9], { atol: 1e-6 });
        });
      }),
      { numRuns: 20 },
    );
  });

  it('gives each row of a batch the mean that it gives the row alone, within ±1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(1000), (size, seed) => {
        tf.tidy(() => {
          const network = gaussianMlp({ ...sizes, residual: false });
          const params = network.init(seed);
          const obs = tf.randomNormal<tf.Rank.R3>([size, 1, 3], 0, 5, 'float32', seed);
          const { mean } = network.apply(params, { state: obs });
          const alone = Array.from(
            { length: size },
            (_, b) => network.apply(params, { state: obs.slice(b, 1) }).mean,
          );
          expect(mean.shape).toEqual([size, 4, 2]);
          expect(mean).toBeAllclose(tf.concat(alone), { atol: 1e-5 });
          expect(Math.max(...mean.abs().dataSync())).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('keeps only its result', () => {
    const network = gaussianMlp(sizes);
    const params = network.init(0);
    const obs = tf.zeros<tf.Rank.R3>([2, 1, 3]);
    expect(() => ({ ...network.apply(params, { state: obs }) })).toKeepOnlyItsResult();
    expect(() => network.init(1)).toKeepOnlyItsResult();
  });

  it('refuses a start outside of its bounds, and shapes that do not fit', () => {
    expect(() => gaussianMlp({ ...sizes, fixedStd: 2 })).toThrow('fixedStd 2');
    const network = gaussianMlp(sizes);
    expect(() => network.apply({}, { state: tf.zeros([2, 1, 3]) })).toThrow(
      'gaussianMlp: no parameter "mlp_mean.layers',
    );
    expect(() => network.apply(network.init(0), { state: tf.zeros([2, 3, 1]) })).toThrow(
      'gaussianMlp: obs.state [2, 3, 1]',
    );
    expect(() => gaussianMlp({ ...sizes, obsDim: -1 })).toThrow('gaussianMlp: obsDim -1');
  });
});
