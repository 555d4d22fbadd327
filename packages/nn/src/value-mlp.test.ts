import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueMlp } from './value-mlp.ts';

const network = valueMlp({ obsDim: 3, condSteps: 2, hidden: [6, 6, 6], layerNorm: true });

describe('valueMlp', () => {
  it('starts from the same numbers with the same seed, from others with another', () => {
    for (const seed of [0, 1, -1]) {
      const [first, second, other] = [network.init(seed), network.init(seed), network.init(seed + 2)];
      for (const [name, values] of Object.entries(first)) {
        expect(second[name]).toBeAllclose(values.dataSync(), { atol: 0, rtol: 0 });
      }
      expect(other['Q1.layers.0.weight'].dataSync()).not.toEqual(first['Q1.layers.0.weight'].dataSync());
    }
  });

  it('is the weighted sum of the history, oldest step first, when it has one linear hidden layer', () => {
    // 1·1 + 10·2 + 100·3 + 1000·4 = 4321, times 1, plus 0.5
    const tiny = valueMlp({ obsDim: 2, condSteps: 2, hidden: [1], activation: 'identity' });
    const params = {
      'Q1.layers.0.weight': tf.tensor2d([[1, 10, 100, 1000]]),
      'Q1.layers.0.bias': tf.tensor1d([0]),
      'Q1.layers.1.weight': tf.tensor2d([[1]]),
      'Q1.layers.1.bias': tf.tensor1d([0.5]),
    };
    expect(Object.keys(tiny.init(0))).toEqual(Object.keys(params));
    expect(tiny.apply(params, { state: tf.tensor3d([[[1, 2], [3, 4]]]) })).toBeAllclose([4321.5]); // prettier-ignore
  });

  it('gives each row of a batch what it gives the row alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(1000), (size, seed) => {
        tf.tidy(() => {
          const params = network.init(seed);
          const obs = tf.randomNormal<tf.Rank.R3>([size, 2, 3], 0, 1, 'float32', seed);
          const alone = Array.from({ length: size }, (_, b) =>
            network.apply(params, { state: obs.slice(b, 1) }),
          );
          expect(network.apply(params, { state: obs })).toBeAllclose(tf.concat(alone), { atol: 1e-5 });
        });
      }),
      { numRuns: 20 },
    );
  });

  it('keeps only its result', () => {
    const params = network.init(0);
    const obs = tf.zeros<tf.Rank.R3>([2, 2, 3]);
    expect(() => network.apply(params, { state: obs })).toKeepOnlyItsResult();
    expect(() => network.init(1)).toKeepOnlyItsResult();
  });

  it('refuses observations, parameters and sizes that do not fit', () => {
    const params = network.init(0);
    expect(() => network.apply(params, { state: tf.zeros([2, 2, 4]) })).toThrow(
      'obs.state [2, 2, 4], wanted [B, 2, 3]',
    );
    expect(() => network.apply(params, { state: tf.zeros([0, 2, 3]) })).toThrow(
      'valueMlp: obs.state [0, 2, 3]',
    );
    expect(() => network.apply({}, { state: tf.zeros([2, 2, 3]) })).toThrow(
      'valueMlp: no parameter "Q1.layers.0.weight"',
    );
    expect(() => valueMlp({ obsDim: 3, hidden: [4.5] })).toThrow(
      'valueMlp: hidden 4.5, wanted a whole number',
    );
  });
});
