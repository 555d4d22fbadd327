import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapes } from '../test/golden.ts';
import { unet1d } from './unet1d.ts';

const sizes = {
  obsDim: 3,
  actionDim: 2,
  horizonSteps: 4,
  dim: 4,
  dimMults: [1, 2],
  timeDim: 4,
  kernelSize: 3,
};

describe('unet1d', () => {
  it('is its last bias when the last weights are zero', () => {
    const network = unet1d(sizes);
    const params = {
      ...network.init(0),
      'final_conv.1.weight': tf.zeros([2, 4, 1]),
      'final_conv.1.bias': tf.tensor1d([3, -1]),
    };
    const out = network.apply(params, { state: tf.ones([1, 1, 3]) })(tf.ones([1, 4, 2]), 5);
    expect(out).toBeAllclose([3, -1, 3, -1, 3, -1, 3, -1]);
  });

  it('gives each row of a batch what it gives the row alone, at one time or at one each', () => {
    const network = unet1d({
      ...sizes,
      groups: 2,
      conditioning: 'film',
      encoderLayers: 1,
      activation: 'relu',
    });
    fc.assert(
      fc.property(fc.array(fc.nat(19), { minLength: 1, maxLength: 3 }), fc.nat(1000), (times, seed) => {
        tf.tidy(() => {
          const params = network.init(seed);
          const obs = tf.randomNormal<tf.Rank.R3>([times.length, 1, 3], 0, 1, 'float32', seed);
          const x = tf.randomNormal<tf.Rank.R3>([times.length, 4, 2], 0, 1, 'float32', seed + 1);
          const together = network.apply(params, { state: obs })(x, tf.tensor1d(times, 'int32'));
          const alone = times.map((time, b) =>
            network.apply(params, { state: obs.slice(b, 1) })(x.slice(b, 1), time),
          );
          expect(together).toBeAllclose(tf.concat(alone), { atol: 1e-5 });
        });
      }),
      { numRuns: 5 },
    );
  });

  it('passes the observation through a network of its own when condHidden says so', () => {
    const network = unet1d({ ...sizes, condHidden: [6, 5] });
    const named = shapes(network.init(0));
    expect(named['cond_mlp.layers.0.weight']).toEqual([6, 3]);
    expect(named['cond_mlp.layers.1.weight']).toEqual([5, 6]);
    // One linear layer for time (4) and condition (5).
    expect(named['mid_modules.0.cond_encoder.1.weight']).toEqual([8, 9]);
    const out = tf.tidy(() =>
      network.apply(network.init(0), { state: tf.ones([2, 1, 3]) })(tf.ones([2, 4, 2]), 1),
    );
    expect(out.shape).toEqual([2, 4, 2]);
  });

  it('leaves nothing behind in the scope of its caller', () => {
    const network = unet1d(sizes);
    const params = network.init(0);
    const [obs, x] = [tf.ones<tf.Rank.R3>([2, 1, 3]), tf.ones<tf.Rank.R3>([2, 4, 2])];
    expect(() => tf.tidy(() => network.apply(params, { state: obs })(x, 3))).toKeepOnlyItsResult();
    const denoise = network.apply(params, { state: obs });
    expect(() => denoise(x, 3)).toKeepOnlyItsResult();
    expect(() => network.init(1)).toKeepOnlyItsResult();
  });

  it('refuses sizes that do not halve, and channels that do not divide', () => {
    expect(() => unet1d({ ...sizes, horizonSteps: 5 })).toThrow('horizonSteps 5, wanted a multiple of 2');
    expect(() => unet1d({ ...sizes, dimMults: [2, 4] })).toThrow('dimMults [2, 4]');
    expect(() => unet1d({ ...sizes, kernelSize: 4 })).toThrow('kernelSize 4');
    expect(() => unet1d({ ...sizes, groups: 3 })).toThrow('groups 3');
    expect(() => unet1d({ ...sizes, timeDim: 3 })).toThrow('timeDim 3');
    expect(() => unet1d({ ...sizes, obsDim: NaN })).toThrow(
      'unet1d: obsDim NaN, wanted a whole number above 0',
    );
    const network = unet1d(sizes);
    expect(() => network.apply({}, { state: tf.zeros([1, 1, 3]) })).toThrow(
      'unet1d: no parameter "time_mlp.1.weight"',
    );
    const denoise = network.apply(network.init(0), { state: tf.zeros([1, 1, 3]) });
    expect(() => denoise(tf.zeros([1, 4, 3]), 0)).toThrow('denoise: x [1, 4, 3], wanted [1, 4, 2]');
  });
});
