import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { at, denoise, noiseFrom, normal, seeds, steps } from '../test/smooth.ts';
import { chainLogProbs } from './chain-log-probs.ts';
import { gaussianLogProb } from './log-prob.ts';
import { sampleChain } from './sample.ts';
import { stepLogProbs, type Transitions } from './step-log-probs.ts';
import { transition } from './transition.ts';

describe('stepLogProbs', () => {
  it('is by hand what each row has at its own step', () => {
    // ε̂ = 0, ᾱ = ¼: x̂₀ = 0.8. Row 0: mean 0.8 / 2 + 0.4 / 4 = 0.5, z = 1. Row 1: mean 0.8, z = 0.
    // −1/2 − ln 0.1 − ½ ln 2π = 0.8836466;  −ln 0.5 − ½ ln 2π = −0.2257914.
    const two = [
      { time: 1, alphaBar: 0.25, x0Coef: 0.5, xCoef: 0.25, std: 0.1 },
      { time: 0, alphaBar: 0.25, x0Coef: 1, xCoef: 0, std: 0.5 },
    ];
    const previous = tf.tensor3d([0.4, 0.4], [2, 1, 1]);
    const next = tf.tensor3d([0.6, 0.8], [2, 1, 1]);
    const logProbs = stepLogProbs(
      (x) => tf.zerosLike(x),
      { previous, next, index: Int32Array.of(0, 1) },
      two,
    );
    expect(logProbs).toBeAllclose([0.8836466, -0.2257914]);
  });

  it('keeps only its result', () => {
    const previous = normal([2, 2, 2], 1);
    const transitions = { previous, next: previous, index: Int32Array.of(2, 0) };
    expect(() => stepLogProbs(denoise, transitions, steps)).toKeepOnlyItsResult();
  });

  it('is the column of chainLogProbs that each row asks for', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }), (seed, columns) => {
        const { chain } = sampleChain(denoise, normal([3, 2, 2], seed), steps, noiseFrom(seed));
        const whole = chainLogProbs(denoise, chain, steps);
        const rows = (of: tf.Tensor4D, shift: number): tf.Tensor3D =>
          tf.concat3d(
            columns.map((j, b) => of.slice([b, j + shift], [1, 1]).squeeze<tf.Tensor3D>([1])),
            0,
          );
        const transitions = { previous: rows(chain, 0), next: rows(chain, 1) };
        const index = Int32Array.from(columns);
        const wanted = rows(whole, 0);
        expect(stepLogProbs(denoise, { ...transitions, index }, steps)).toBeAllclose(wanted, { atol: 1e-5 });
        const indices = tf.tensor1d(index, 'int32');
        expect(stepLogProbs(denoise, { ...transitions, index: indices }, steps)).toBeAllclose(wanted, {
          atol: 1e-5,
        });
      }),
      { numRuns: 20 },
    );
  });

  it('refuses shapes and indices that do not fit', () => {
    const previous = normal([2, 2, 2], 1);
    const rows = (...index: number[]): Transitions => ({
      previous,
      next: previous,
      index: Int32Array.from(index),
    });
    const none: tf.Tensor3D = tf.zeros([0, 2, 2]);
    expect(() => stepLogProbs(denoise, { ...rows(), previous: none, next: none }, steps)).toThrow(
      'stepLogProbs: previous [0,2,2], wanted [B, Ta, Da], each above 0',
    );
    const still = steps.map((step) => ({ ...step, std: 0 }));
    expect(() => stepLogProbs(denoise, rows(0, 1), still)).toThrow('stepLogProbs: step 0 has std 0');
    expect(() => stepLogProbs(denoise, rows(0), steps)).toThrow(
      'stepLogProbs: previous [2,2,2], next [2,2,2], index [1] do not agree',
    );
    expect(() => stepLogProbs(denoise, rows(0, 6), steps)).toThrow(
      'stepLogProbs: index 6 is not that of one of 6 steps',
    );
  });
});

describe('chainLogProbs', () => {
  it('is the density of each transition under its own step', () => {
    fc.assert(
      fc.property(seeds, fc.nat(5), (seed, j) => {
        const { chain } = sampleChain(denoise, normal([3, 2, 2], seed), steps, noiseFrom(seed));
        const alone = gaussianLogProb(transition(steps[j], denoise, at(chain, j)), at(chain, j + 1));
        expect(at(chainLogProbs(denoise, chain, steps), j)).toBeAllclose(alone, { atol: 1e-5 });
      }),
      { numRuns: 20 },
    );
  });

  it('keeps only its result', () => {
    const chain: tf.Tensor4D = tf.zeros([2, 7, 2, 2]);
    expect(() => chainLogProbs(denoise, chain, steps)).toKeepOnlyItsResult();
  });

  it('refuses a chain that is not one longer than the steps', () => {
    expect(() => chainLogProbs(denoise, tf.zeros([2, 3, 2, 2]), steps)).toThrow(
      'chainLogProbs: chain is [2,3,2,2], wanted [B, 7, Ta, Da] for 6 steps, each above 0',
    );
    expect(() => chainLogProbs(denoise, tf.zeros([0, 7, 2, 2]), steps)).toThrow('chain is [0,7,2,2]');
    expect(() => chainLogProbs(denoise, tf.zeros([1, 1, 2, 2]), [])).toThrow(
      'chainLogProbs: got no steps, wanted at least 1',
    );
    expect(() => chainLogProbs(denoise, tf.zeros([1, 7, 2, 2]), steps, { clipX0: 0 })).toThrow(
      'chainLogProbs: clipX0 is 0',
    );
  });
});
