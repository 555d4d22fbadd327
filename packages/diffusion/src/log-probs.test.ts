import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ancestral, at, denoise, noiseFrom, normal, samplers, scales, seeds } from '../test/smooth.ts';
import { sampleChain } from './chain.ts';
import { gaussianLogProb } from './gaussian.ts';
import { chainLogProbs, stepLogProbs, type Transitions } from './log-probs.ts';
import { ddimSampler, tableSampler } from './sampler.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimTimes } from './steps.ts';

const floor = { minStd: 0.1 };
const nothing = (x: tf.Tensor3D): tf.Tensor3D => tf.zerosLike(x);

describe('stepLogProbs', () => {
  it('is by hand what each row has at its own step', () => {
    // ε̂ = 0, ᾱ = ¼: x̂₀ = 0.8. Row 0: mean 0.8 / 2 + 0.4 / 4 = 0.5, z = 1. Row 1: mean 0.8, z = 0.
    // −1/2 − ln 0.1 − ½ ln 2π = 0.8836466;  −ln 0.5 − ½ ln 2π = −0.2257914.
    const two = tableSampler([
      { time: 1, alphaBar: 0.25, x0Coef: 0.5, xCoef: 0.25, std: 0.1 },
      { time: 0, alphaBar: 0.25, x0Coef: 1, xCoef: 0, std: 0.5 },
    ]);
    const previous = tf.tensor3d([0.4, 0.4], [2, 1, 1]);
    const next = tf.tensor3d([0.6, 0.8], [2, 1, 1]);
    const logProbs = stepLogProbs(two, nothing, { previous, next, index: Int32Array.of(0, 1) });
    expect(logProbs).toBeAllclose([0.8836466, -0.2257914]);
  });

  it('is by hand what each row has at its own eta', () => {
    // ε̂ = 0. ᾱ = ¼, ᾱ′ = ½, σ = η · 0.5773503: mean √½ · 0.8 = 0.5656854, next is one σ above: −½ − ln σ − ½ ln 2π.
    // ᾱ = ¼, ᾱ′ = 1: σ is the floor 0.1 and the mean x̂₀ = 0.8, where next is: −ln 0.1 − ½ ln 2π = 1.3836466.
    const times = [
      { time: 1, alphaBar: 0.25, nextAlphaBar: 0.5 },
      { time: 0, alphaBar: 0.25, nextAlphaBar: 1 },
    ];
    const transitions = {
      previous: tf.tensor3d([0.4, 0.4], [2, 1, 1]),
      next: tf.tensor3d([0.5656854 + 0.2886751, 0.8], [2, 1, 1]),
      index: Int32Array.of(0, 1),
    };
    const sampler = ddimSampler(times, tf.tensor3d([0.5, 1], [2, 1, 1]));
    expect(stepLogProbs(sampler, nothing, transitions, floor)).toBeAllclose([
      -0.5 - Math.log(0.2886751) - 0.9189385,
      1.3836466,
    ]);
  });

  it.each(Object.entries(samplers))(
    'is the column of chainLogProbs that each row asks for, of %s',
    (_, make) => {
      const sampler = make(3);
      fc.assert(
        fc.property(seeds, fc.array(fc.nat(1), { minLength: 3, maxLength: 3 }), (seed, columns) => {
          const from = 2;
          const start = normal([3, 2, 2], seed);
          const { chain } = sampleChain(sampler, denoise, start, noiseFrom(seed), { ...floor, from });
          const whole = chainLogProbs(sampler, denoise, chain, { ...floor, from });
          const rows = (of: tf.Tensor4D, shift: number): tf.Tensor3D =>
            tf.concat3d(
              columns.map((j, b) => of.slice([b, j + shift], [1, 1]).squeeze<tf.Tensor3D>([1])),
              0,
            );
          const transitions = { previous: rows(chain, 0), next: rows(chain, 1) };
          for (const index of [Int32Array.from(columns), tf.tensor1d(columns, 'int32')]) {
            const some = stepLogProbs(sampler, denoise, { ...transitions, index }, { ...floor, from });
            // Step by step numbers stay in double precision; rows read float32 ones, which a density as sharp as σ = 0.1 shows.
            expect(some).toBeAllclose(rows(whole, 0), { atol: 1e-4 });
          }
        }),
        { numRuns: 15 },
      );
    },
  );

  it('has the gradient of eta that chainLogProbs has', () => {
    const times = ddimTimes(cosineSchedule(20), 5);
    const chain: tf.Tensor4D = normal([3, 12, 2], 4).reshape([3, 6, 2, 2]);
    const index = [3, 0, 2];
    const picked = (shift: number): tf.Tensor3D =>
      tf.concat3d(
        index.map((j, b) => chain.slice([b, j + shift], [1, 1]).squeeze<tf.Tensor3D>([1])),
        0,
      );
    const single = (eta: tf.Tensor): tf.Tensor =>
      stepLogProbs(
        ddimSampler(times, eta),
        denoise,
        { previous: picked(0), next: picked(1), index: Int32Array.from(index) },
        floor,
      );
    const whole = (eta: tf.Tensor): tf.Tensor => {
      const all = chainLogProbs(ddimSampler(times, eta), denoise, chain, floor);
      return tf.concat(
        index.map((j, b) => all.slice([b, j], [1, 1]).squeeze([1])),
        0,
      );
    };
    const eta = scales(3);
    // Slopes of up to z²/η.
    expect(tf.grad(single)(eta)).toBeAllclose(tf.grad(whole)(eta), { atol: 1e-3, rtol: 1e-4 });
  });

  it('keeps only its result', () => {
    const previous = normal([2, 2, 2], 1);
    const transitions = { previous, next: previous, index: Int32Array.of(2, 0) };
    for (const make of Object.values(samplers)) {
      const sampler = make(2);
      expect(() => stepLogProbs(sampler, denoise, transitions, floor)).toKeepOnlyItsResult();
    }
  });

  it('refuses shapes and indices that do not fit', () => {
    const previous = normal([2, 2, 2], 1);
    const rows = (...index: number[]): Transitions => ({
      previous,
      next: previous,
      index: Int32Array.from(index),
    });
    const none: tf.Tensor3D = tf.zeros([0, 2, 2]);
    expect(() => stepLogProbs(ancestral, denoise, { ...rows(), previous: none, next: none }, floor)).toThrow(
      'stepLogProbs: previous [0,2,2], wanted [B, Ta, Da], each above 0',
    );
    expect(() => stepLogProbs(ancestral, denoise, rows(0, 1))).toThrow('stepLogProbs: step 5 has std 0');
    expect(() => stepLogProbs(ancestral, denoise, rows(0), floor)).toThrow(
      'stepLogProbs: previous [2,2,2], next [2,2,2], index [1] do not agree, wanted [B, Ta, Da] twice and [B]',
    );
    expect(() => stepLogProbs(ancestral, denoise, rows(0, 3), { ...floor, from: 3 })).toThrow(
      'stepLogProbs: index 3, wanted that of one of 3 steps, 0 … 2',
    );
    const learned = ddimSampler(ddimTimes(cosineSchedule(20), 5), tf.ones([3, 1, 1]));
    expect(() => stepLogProbs(learned, denoise, rows(0, 0), floor)).toThrow(
      'ddimSampler: eta [3,1,1], wanted one that broadcasts to [2,2,2]',
    );
  });
});

describe('chainLogProbs', () => {
  it('is the density of each transition under its own step', () => {
    fc.assert(
      fc.property(seeds, fc.nat(5), (seed, j) => {
        const { chain } = sampleChain(ancestral, denoise, normal([3, 2, 2], seed), noiseFrom(seed), floor);
        const x = at(chain, j);
        const { mean, std } = ancestral.moments(j, denoise(x, ancestral.times[j]), x);
        const alone = gaussianLogProb({ mean, std: Math.max(Number(std), 0.1) }, at(chain, j + 1));
        expect(at(chainLogProbs(ancestral, denoise, chain, floor), j)).toBeAllclose(alone);
      }),
      { numRuns: 20 },
    );
  });

  it('has the gradient with respect to eta that differences have', () => {
    // Without clamps everything is smooth. Sums of 60 log-densities in float32, over a difference of 0.02.
    const times = ddimTimes(cosineSchedule(20), 5);
    const sampler = (eta: number | tf.Tensor) => ddimSampler(times, eta, { clipX0: Infinity });
    const start = normal([2, 3, 2], 5);
    const { chain } = sampleChain(ddimSampler(times, 0.7), denoise, start, noiseFrom(6), floor);
    const total = (eta: tf.Tensor): tf.Scalar => chainLogProbs(sampler(eta), denoise, chain, floor).sum();
    const [[lower], [upper]] = [0.69, 0.71].map((eta) => total(tf.scalar(eta)).dataSync());
    expect(tf.grad(total)(tf.scalar(0.7))).toBeAllclose([(upper - lower) / 0.02], { rtol: 0.01 });
  });

  it('keeps only its result', () => {
    const chain: tf.Tensor4D = tf.zeros([2, 7, 2, 2]);
    expect(() => chainLogProbs(ancestral, denoise, chain, floor)).toKeepOnlyItsResult();
  });

  it('refuses a chain that is not one longer than the steps', () => {
    expect(() => chainLogProbs(ancestral, denoise, tf.zeros([2, 3, 2, 2]), floor)).toThrow(
      'chainLogProbs: chain is [2,3,2,2], wanted [B, 7, Ta, Da] for 6 steps, each above 0',
    );
    expect(() => chainLogProbs(ancestral, denoise, tf.zeros([0, 7, 2, 2]), floor)).toThrow('[0,7,2,2]');
    expect(() => chainLogProbs(ancestral, denoise, tf.zeros([1, 1, 2, 2]), { from: 6 })).toThrow(
      'chainLogProbs: got no steps, wanted at least 1',
    );
    expect(() => chainLogProbs(ancestral, denoise, tf.zeros([1, 7, 2, 2]), { minStd: -1 })).toThrow(
      'chainLogProbs: minStd is -1',
    );
  });
});
