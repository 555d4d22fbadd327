import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { at, denoise, noiseFrom, normal, samplers, seeds } from '../test/smooth.ts';
import { sampleChain } from './chain.ts';
import { stepLogProbs } from './log-probs.ts';
import { entropyRate, pathLogProb } from './path.ts';

const floor = { minStd: 0.1 };
const sums = { meanOfSteps: false, meanOfElements: false };
/** Two steps of chunks of two elements. */
const steps = () => tf.tensor4d([1, 2, 3, -2], [1, 2, 1, 2]);

/** σ of as many. */
const stds = () => tf.tensor4d([0.1, 0.2, 0.5, 1], [1, 2, 1, 2]);

describe('pathLogProb', () => {
  it('is by hand the mean over steps and elements, the start as one more step', () => {
    // The start (1, 2): −(1 + 4) / 2 − ln 2π = −4.3378771; (1 + 2 + 3 − 2 − 4.3378771) / 3 / 2 = −0.0563128.
    const start = tf.tensor3d([1, 2], [1, 1, 2]);
    expect(pathLogProb(steps(), { start })).toBeAllclose([-0.0563128]);
    expect(pathLogProb(steps())).toBeAllclose([1]);
  });

  it('is by hand a sum over what it is no mean of', () => {
    expect(pathLogProb(steps(), { meanOfSteps: false })).toBeAllclose([2]);
    expect(pathLogProb(steps(), { meanOfElements: false })).toBeAllclose([2]);
    expect(pathLogProb(steps(), sums)).toBeAllclose([4]);
  });

  it.each(Object.entries(samplers))('is the sum of the transitions of a chain of %s', (_, make) => {
    const sampler = make(2);
    fc.assert(
      fc.property(seeds, (seed) => {
        const { chain, logProbs } = sampleChain(
          sampler,
          denoise,
          normal([2, 3, 2], seed),
          noiseFrom(seed),
          floor,
        );
        const each = sampler.times.map((__, j) =>
          stepLogProbs(
            sampler,
            denoise,
            { previous: at(chain, j), next: at(chain, j + 1), index: Int32Array.of(j, j) },
            floor,
          ).sum([1, 2]),
        );
        expect(pathLogProb(logProbs, sums)).toBeAllclose(tf.addN(each), { atol: 1e-3, rtol: 1e-4 });
      }),
      { numRuns: 10 },
    );
  });

  it('refuses what is no chain, and a start of another shape; keeps only its result', () => {
    expect(() => pathLogProb(tf.zeros([2, 0, 1, 1]))).toThrow(
      'pathLogProb: logProbs [2,0,1,1], wanted [B, K, Ta, Da], each above 0',
    );
    const start = tf.zeros<tf.Rank.R3>([1, 1, 1]);
    expect(() => pathLogProb(steps(), { start })).toThrow('pathLogProb: start [1,1,1], wanted [1,1,2]');
    const logProbs = steps();
    expect(() => pathLogProb(logProbs)).toKeepOnlyItsResult();
  });
});

describe('entropyRate', () => {
  it('is by hand that of the noise, that of the start as of one more step', () => {
    // ½ ln 2πe = 1.4189385; ln 0.1 + ln 0.2 + ln 0.5 = −4.6051702; 1.4189385 − 4.6051702 / 6 or / 4.
    expect(entropyRate(stds())).toBeAllclose([1.4189385 - 4.6051702 / 6]);
    expect(entropyRate(stds(), { withStart: false })).toBeAllclose([1.4189385 - 4.6051702 / 4]);
    expect(entropyRate(stds(), { withStart: false, meanOfElements: false })).toBeAllclose([
      2 * 1.4189385 - 4.6051702 / 2,
    ]);
  });

  it('grows by the logarithm of what all noise is multiplied by', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.1, max: 10, noNaN: true }), (seed, factor) => {
        const own = tf.randomUniform<tf.Rank.R4>([2, 3, 2, 2], 0.1, 1, 'float32', seed);
        const options = { withStart: false };
        const grown = entropyRate(own.mul(factor), options).sub(entropyRate(own, options));
        expect(grown).toBeAllclose([Math.log(factor), Math.log(factor)], { atol: 1e-5 });
      }),
      { numRuns: 20 },
    );
  });

  it('refuses what is no chain, and keeps only its result', () => {
    expect(() => entropyRate(tf.zeros([0, 1, 1, 1]))).toThrow('entropyRate: stds [0,1,1,1], wanted [B, K');
    const own = stds();
    expect(() => entropyRate(own)).toKeepOnlyItsResult();
  });
});
