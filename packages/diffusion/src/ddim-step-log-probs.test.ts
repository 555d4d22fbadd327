import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { denoise, noiseFrom, normal, seeds } from '../test/smooth.ts';
import { ddimChainLogProbs, sampleDdimChain } from './ddim-chain.ts';
import { ddimStepLogProbs } from './ddim-step-log-probs.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimTimes } from './steps.ts';

const times = ddimTimes(cosineSchedule(20), 5);
const options = { minStd: 0.1, clipEpsilon: 1.5 };

describe('ddimStepLogProbs', () => {
  it('is by hand what each row has at its own time and eta', () => {
    // ε̂ = 0. ᾱ = ¼, ᾱ′ = ½, σ = η · 0.5773503: mean √½ · 0.8 = 0.5656854, next is one σ above: −½ − ln σ − ½ ln 2π.
    // ᾱ = ¼, ᾱ′ = 1: σ is the floor 0.1 and the mean x̂₀ = 0.8, where next is: −ln 0.1 − ½ ln 2π = 1.3836466.
    const two = [
      { time: 1, alphaBar: 0.25, nextAlphaBar: 0.5 },
      { time: 0, alphaBar: 0.25, nextAlphaBar: 1 },
    ];
    const logProbs = ddimStepLogProbs(
      (x) => tf.zerosLike(x),
      {
        previous: tf.tensor3d([0.4, 0.4], [2, 1, 1]),
        next: tf.tensor3d([0.5656854 + 0.2886751, 0.8], [2, 1, 1]),
        index: Int32Array.of(0, 1),
      },
      { times: two, eta: tf.tensor3d([0.5, 1], [2, 1, 1]) },
      { minStd: 0.1 },
    );
    expect(logProbs).toBeAllclose([-0.5 - Math.log(0.2886751) - 0.9189385, 1.3836466]);
  });

  it('is the column of ddimChainLogProbs that each row asks for, and so is its gradient', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat(4), { minLength: 3, maxLength: 3 }), (seed, columns) => {
        const start = normal([3, 2, 2], seed);
        const etas = tf.randomUniform([3, 1, 2], 0.2, 1, 'float32', seed);
        const { chain } = sampleDdimChain(denoise, start, { times, eta: etas }, noiseFrom(seed), options);
        const rows = (of: tf.Tensor4D, shift: number): tf.Tensor3D =>
          tf.concat3d(
            columns.map((j, b) => of.slice([b, j + shift], [1, 1]).squeeze<tf.Tensor3D>([1])),
            0,
          );
        const [previous, next] = [rows(chain, 0), rows(chain, 1)];
        const index = Int32Array.from(columns);
        const whole = (eta: tf.Tensor): tf.Tensor =>
          rows(ddimChainLogProbs(denoise, chain, { times, eta }, options), 0);
        const single = (eta: tf.Tensor): tf.Tensor =>
          ddimStepLogProbs(denoise, { previous, next, index }, { times, eta }, options);
        expect(single(etas)).toBeAllclose(whole(etas), { atol: 1e-5 });
        // Slopes of up to z²/η of densities as sharp as σ = 0.1.
        expect(tf.grad(single)(etas)).toBeAllclose(tf.grad(whole)(etas), { atol: 1e-4, rtol: 1e-4 });
        const indices = tf.tensor1d(index, 'int32');
        expect(
          ddimStepLogProbs(denoise, { previous, next, index: indices }, { times, eta: etas }, options),
        ).toBeAllclose(whole(etas), { atol: 1e-5 });
      }),
      { numRuns: 15 },
    );
  });

  it('keeps only its result', () => {
    const previous = normal([2, 2, 2], 1);
    const eta = tf.ones([2, 1, 1]);
    const transitions = { previous, next: previous, index: Int32Array.of(2, 0) };
    expect(() => ddimStepLogProbs(denoise, transitions, { times, eta })).toKeepOnlyItsResult();
  });

  it('refuses shapes, indices and options that do not fit', () => {
    const previous = normal([2, 2, 2], 1);
    const rows = (...index: number[]) => ({ previous, next: previous, index: Int32Array.from(index) });
    const sampler = { times, eta: 1 };
    expect(() => ddimStepLogProbs(denoise, rows(0), sampler)).toThrow(
      'ddimStepLogProbs: previous [2,2,2], next [2,2,2], index [1] do not agree',
    );
    expect(() => ddimStepLogProbs(denoise, rows(0, 5), sampler)).toThrow(
      'ddimStepLogProbs: index 5 is not that of one of 5 steps',
    );
    expect(() => ddimStepLogProbs(denoise, rows(0, 0), { times: [], eta: 1 })).toThrow('got no times');
    expect(() => ddimStepLogProbs(denoise, rows(0, 0), { times, eta: tf.ones([2, 1]) })).not.toThrow();
    expect(() => ddimStepLogProbs(denoise, rows(0, 0), { times, eta: tf.ones([3, 1, 1]) })).toThrow(
      'ddimStepLogProbs: eta [3,1,1], wanted a number of 0 or more or a tensor that broadcasts to [2,2,2]',
    );
    expect(() => ddimStepLogProbs(denoise, rows(0, 0), sampler, { clipX0: 0 })).toThrow(
      'ddimStepLogProbs: clipX0 is 0, wanted a number above 0',
    );
  });
});
