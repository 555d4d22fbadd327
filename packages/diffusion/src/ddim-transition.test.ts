import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { denoise, normal, seeds } from '../test/smooth.ts';
import { ddimTransition } from './ddim-transition.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddimTimes } from './steps.ts';
import { transition } from './transition.ts';

const chunk = (value: number): tf.Tensor3D => tf.tensor3d([value], [1, 1, 1]);

describe('ddimTransition', () => {
  it('is by hand what equation 12 says', () => {
    // ᾱ = ¼, ᾱ′ = ½: σ = √(½ / ¾ · ½) = 0.5773503 for η = 1. ε̂ = 0: x̂₀ = 2x = 0.8, its noise (0.4 − 0.4) / √¾ = 0.
    const { mean, std } = ddimTransition(
      { time: 3, alphaBar: 0.25, nextAlphaBar: 0.5 },
      (x) => tf.zerosLike(x),
      chunk(0.4),
      1,
    );
    expect(mean).toBeAllclose([0.8 * Math.SQRT1_2]);
    expect(tf.add(std, 0)).toBeAllclose([0.5773503]);
  });

  it('clamps the noise that a clamped chunk leaves', () => {
    // x̂₀ = clamp(2 · 2) = 1, noise (2 − ½) / √¾ = √3, clamped to 1; η = 0: √½ · 1 + √½ · 1.
    const times = { time: 0, alphaBar: 0.25, nextAlphaBar: 0.5 };
    const { mean } = ddimTransition(times, (x) => tf.zerosLike(x), chunk(2), 0, { clipEpsilon: 1 });
    expect(mean).toBeAllclose([Math.SQRT2]);
  });

  it('is the step of the table where eta is the same for all', () => {
    const schedule = cosineSchedule(20);
    fc.assert(
      fc.property(seeds, fc.nat(4), fc.double({ min: 0, max: 1, noNaN: true }), (seed, j, eta) => {
        const steps = ddimSteps(schedule, 5, eta);
        const x = normal([2, 3, 2], seed);
        const wanted = transition(steps[j], denoise, x);
        const got = ddimTransition(ddimTimes(schedule, 5)[j], denoise, x, tf.ones([2, 1, 1]).mul(eta));
        // 1 − ᾱ′ in float32.
        expect(got.mean).toBeAllclose(wanted.mean, { atol: 1e-5 });
        expect(tf.add(got.std, tf.zeros([2, 1, 1]))).toBeAllclose(tf.ones([2, 1, 1]).mul(wanted.std), {
          atol: 1e-5,
        });
      }),
      { numRuns: 20 },
    );
  });

  it('has a finite gradient with respect to eta at the last time, where there is no noise', () => {
    const last = { time: 0, alphaBar: 0.9, nextAlphaBar: 1 };
    const gradient = tf.grad((eta: tf.Tensor) => ddimTransition(last, denoise, chunk(0.3), eta).mean.sum());
    expect(gradient(tf.tensor1d([0.5]))).toBeAllclose([0]);
  });

  it('refuses what does not fit', () => {
    const times = { time: 3, alphaBar: 0.25, nextAlphaBar: 0.5 };
    expect(() => ddimTransition(times, denoise, tf.zeros([0, 1, 1]), 1)).toThrow(
      'ddimTransition: x [0,1,1], wanted [B, Ta, Da], each above 0',
    );
    expect(() => ddimTransition(times, denoise, chunk(1), tf.ones([2, 1, 1]))).toThrow(
      'ddimTransition: eta [2,1,1], wanted a number of 0 or more or a tensor that broadcasts to [1,1,1]',
    );
    expect(() => ddimTransition(times, denoise, chunk(1), NaN)).toThrow('ddimTransition: eta is NaN');
    expect(() => ddimTransition(times, denoise, chunk(1), 1, { minStd: -1 })).toThrow(
      'ddimTransition: minStd is -1, wanted 0 or more',
    );
    expect(() => ddimTransition(times, denoise, chunk(1), 1, { clipX0: 0 })).toThrow('clipX0 is 0');
  });

  it('keeps only its result', () => {
    const x = chunk(0.4);
    const times = { time: 3, alphaBar: 0.25, nextAlphaBar: 0.5 };
    expect(() => ({ ...ddimTransition(times, denoise, x, 1) })).toKeepOnlyItsResult();
  });
});
