import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { normal, samplers, seeds } from '../test/smooth.ts';
import { ddimSampler, tableSampler } from './sampler.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddimTimes } from './steps.ts';

const step = { time: 3, alphaBar: 0.25, x0Coef: 0.5, xCoef: 0.25, std: 0.1 };
const times = [{ time: 3, alphaBar: 0.25, nextAlphaBar: 0.5 }];
const chunk = (...values: number[]): tf.Tensor3D => tf.tensor3d(values, [1, values.length, 1]);
const nothing = (x: tf.Tensor3D): tf.Tensor3D => tf.zerosLike(x);

describe.each(Object.entries(samplers))('the moments of %s', (_, make) => {
  it('are for rows at one step each what they are for all rows at that step', () => {
    const sampler = make(2);
    fc.assert(
      fc.property(seeds, fc.nat(sampler.times.length - 1), fc.nat(sampler.times.length - 1), (seed, i, j) => {
        const [x, output] = [normal([2, 3, 2], seed), normal([2, 3, 2], seed + 1)];
        const rows = sampler.moments(tf.tensor1d([i, j], 'int32'), output, x);
        for (const [row, own] of [i, j].entries()) {
          const { mean, std } = sampler.moments(own, output, x);
          const wide = (each: tf.Tensor | number): tf.Tensor => tf.zerosLike(x).add(each).slice([row], [1]);
          // √ in float32 of a number that was rounded to it, near 0.
          expect(wide(rows.mean)).toBeAllclose(wide(mean), { atol: 1e-5 });
          expect(wide(rows.std)).toBeAllclose(wide(std), { atol: 1e-6 });
        }
      }),
      { numRuns: 15 },
    );
  });
});

const moments = (x: tf.Tensor3D, output = nothing(x), options = {}) =>
  tableSampler([step], options).moments(0, output, x);

describe('tableSampler', () => {
  it('clamps the predicted chunk before it mixes it with the noisy one', () => {
    // ε̂ = 0: x̂₀ = x / √¼ = 2x, so x = 1 gives clamp(2) / 2 + 1 / 4 and x = ¼ gives ½ / 2 + 1 / 16.
    const { mean, std } = moments(chunk(1, 0.25));
    expect(mean).toBeAllclose([0.75, 0.3125]);
    expect(std).toBe(0.1);
  });

  it('clamps nothing at infinity', () => {
    expect(moments(chunk(1), chunk(0), { clipX0: Infinity }).mean).toBeAllclose([1.25]);
  });

  it('takes away the predicted noise', () => {
    // x̂₀ = 2 · 0.5 − √3 · 0.5 = 0.1339746; mean = 0.0669873 + 0.125.
    expect(moments(chunk(0.5), chunk(0.5)).mean).toBeAllclose([0.1919873]);
  });

  it('takes the output for the chunk itself when the network predicts that', () => {
    expect(moments(chunk(0.4), chunk(0.3), { prediction: 'x0' }).mean).toBeAllclose([0.25]);
  });

  it('agrees between a network that predicts noise and one that predicts the chunk', () => {
    const value = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(value, value, (x, noise) => {
        const x0 = 2 * x - Math.sqrt(3) * noise;
        for (const make of [
          (options: { prediction?: 'x0' }) => tableSampler([step], options),
          (options: { prediction?: 'x0' }) => ddimSampler(times, 0.5, options),
        ]) {
          const fromNoise = make({}).moments(0, chunk(noise), chunk(x));
          const fromX0 = make({ prediction: 'x0' }).moments(0, chunk(x0), chunk(x));
          expect(fromNoise.mean).toBeAllclose(fromX0.mean);
        }
      }),
    );
  });

  it('has no gradient where the predicted chunk is clamped, and all of it at the very limit', () => {
    // Predicting x₀: d mean / d x̂₀ = ½ inside [−1, 1], and 0 outside.
    const gradient = tf.grad((output) =>
      moments(chunk(0, 0, 0), output.as3D(1, 3, 1), { prediction: 'x0' }).mean.sum(),
    );
    expect(gradient(chunk(0.5, 1, 1.5))).toBeAllclose([0.5, 0.5, 0]);
  });

  it('refuses a negative std, a limit of 0, another kind of prediction and an output of another shape', () => {
    expect(() => tableSampler([step, { ...step, std: -0.1 }])).toThrow(
      'tableSampler: step 1 has std -0.1, wanted 0 or more',
    );
    expect(() => tableSampler([step], { clipX0: 0 })).toThrow(
      'tableSampler: clipX0 is 0, wanted a number above 0',
    );
    expect(() => tableSampler([step], JSON.parse('{ "prediction": "v" }'))).toThrow(
      'tableSampler: prediction is v, wanted epsilon or x0',
    );
    expect(() => moments(chunk(1), chunk(1, 2))).toThrow('denoise gave [1,2,1], wanted [1,1,1]');
  });
});

describe('ddimSampler', () => {
  it('points nowhere by hand where the noise is more than all that is left', () => {
    // ᾱ = ¼, ᾱ′ = ½, η = 2: σ = 2 · 0.5773503, more than √½. x̂₀ = 2 · 0.4 − √3 · 0.5 = −0.0660254; mean √½ · x̂₀.
    const { mean, std } = ddimSampler(times, 2).moments(0, chunk(0.5), chunk(0.4));
    expect(mean).toBeAllclose([-0.046687]);
    expect(tf.add(std, 0)).toBeAllclose([1.1547005]);
  });

  it('is by hand what equation 12 says', () => {
    // ᾱ = ¼, ᾱ′ = ½: σ = √(½ / ¾ · ½) = 0.5773503 for η = 1. ε̂ = 0: x̂₀ = 2x = 0.8, its noise (0.4 − 0.4) / √¾ = 0.
    const { mean, std } = ddimSampler(times, 1).moments(0, chunk(0), chunk(0.4));
    expect(mean).toBeAllclose([0.8 * Math.SQRT1_2]);
    expect(tf.add(std, 0)).toBeAllclose([0.5773503]);
  });

  it('clamps the noise that a clamped chunk leaves', () => {
    // x̂₀ = clamp(2 · 2) = 1, noise (2 − ½) / √¾ = √3, clamped to 1; η = 0: √½ · 1 + √½ · 1.
    const { mean } = ddimSampler(times, 0, { clipEpsilon: 1 }).moments(0, chunk(0), chunk(2));
    expect(mean).toBeAllclose([Math.SQRT2]);
  });

  it('goes the way that the network predicted, where it is told so, and not the one that the clamped chunk implies', () => {
    // x = 2, ε̂ = 0: x̂₀ = clamp(4) = 1 implies a noise of (2 − ½) / √¾, but 0 was predicted; mean = √½.
    const direction = 'predicted';
    const { mean } = ddimSampler(times, 0, { direction }).moments(0, chunk(0), chunk(2));
    expect(mean).toBeAllclose([Math.SQRT1_2]);
    // x₀ = 3 was predicted: ε̂ = (2 − ½ · 3) / √¾ = 0.57735; mean = √½ · (1 + 0.57735).
    const told = ddimSampler(times, 0, { direction, prediction: 'x0' }).moments(0, chunk(3), chunk(2));
    expect(told.mean).toBeAllclose([Math.SQRT1_2 * 1.5773503]);
  });

  it('goes the same way by either direction where nothing is clamped', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom('epsilon' as const, 'x0' as const), (seed, prediction) => {
        const [x, output] = [normal([1, 3, 2], seed), normal([1, 3, 2], seed + 1)];
        const [one, other] = (['implied', 'predicted'] as const).map((direction) =>
          ddimSampler(times, 0.5, { direction, prediction, clipX0: Infinity }).moments(0, output, x),
        );
        expect(one.mean).toBeAllclose(tf.add(other.mean, 0), { atol: 1e-5 });
      }),
      { numRuns: 20 },
    );
  });

  it('is the step of the table where eta is the same for all', () => {
    const schedule = cosineSchedule(20);
    fc.assert(
      fc.property(seeds, fc.nat(4), fc.double({ min: 0, max: 1, noNaN: true }), (seed, j, eta) => {
        const [x, output] = [normal([2, 3, 2], seed), normal([2, 3, 2], seed + 1)];
        const wanted = tableSampler(ddimSteps(schedule, 5, eta)).moments(j, output, x);
        const ones = tf.ones([2, 1, 1]);
        const got = ddimSampler(ddimTimes(schedule, 5), ones.mul(eta)).moments(j, output, x);
        // 1 − ᾱ′ in float32.
        expect(got.mean).toBeAllclose(wanted.mean, { atol: 1e-5 });
        expect(ones.mul(got.std)).toBeAllclose(ones.mul(wanted.std), { atol: 1e-5 });
      }),
      { numRuns: 20 },
    );
  });

  it('has a finite gradient with respect to eta at the last time, where there is no noise', () => {
    const last = [{ time: 0, alphaBar: 0.9, nextAlphaBar: 1 }];
    const gradient = tf.grad((eta: tf.Tensor) =>
      ddimSampler(last, eta).moments(0, chunk(0.1), chunk(0.3)).mean.sum(),
    );
    expect(gradient(tf.tensor1d([0.5]))).toBeAllclose([0]);
  });

  it('refuses what does not fit', () => {
    const direction: string = 'other';
    expect(() => ddimSampler(times, 0, { direction: direction as 'implied' })).toThrow(
      'ddimSampler: direction is other, wanted implied or predicted',
    );
    expect(() => ddimSampler(times, NaN)).toThrow('ddimSampler: eta is NaN, wanted a number of 0 or more');
    expect(() => ddimSampler(times, -1)).toThrow('ddimSampler: eta is -1');
    expect(() => ddimSampler(times, 1, { clipX0: 0 })).toThrow('ddimSampler: clipX0 is 0');
    expect(() => ddimSampler(times, 1, { clipEpsilon: 0 })).toThrow('ddimSampler: clipEpsilon is 0');
    expect(() => ddimSampler(times, tf.ones([2, 1, 1])).moments(0, chunk(0), chunk(1))).toThrow(
      'ddimSampler: eta [2,1,1], wanted one that broadcasts to [1,1,1]',
    );
  });
});
