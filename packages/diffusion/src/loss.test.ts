import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { addNoise } from './forward.ts';
import { noisePredictionLoss } from './loss.ts';
import type { Denoise } from './sampler.ts';
import { cosineSchedule } from './schedule.ts';

const schedule = { betas: Float64Array.of(0.36, 0.75), alphaBars: Float64Array.of(0.64, 0.16) };
const times = (...t: number[]): tf.Tensor1D => tf.tensor1d(t, 'int32');
const chunks = (...values: number[]): tf.Tensor3D => tf.tensor3d(values, [values.length, 1, 1]);
const half: Denoise = (x) => x.mul(0.5);

function loss(actions: number[], noise: number[], time: number[]): number {
  const batch = { actions: chunks(...actions), noise: chunks(...noise), time: times(...time) };
  return noisePredictionLoss(half, batch, schedule).dataSync()[0];
}

describe('addNoise', () => {
  it('mixes each row as its own time says', () => {
    // √0.64 · 1 + √0.36 · 2 = 2;  √0.16 · 1 + √0.84 · 2 = 2.2330303.
    const noisy = addNoise({ actions: chunks(1, 1), noise: chunks(2, 2), time: times(0, 1) }, schedule);
    expect(noisy).toBeAllclose([2, 2.2330303]);
  });

  it('keeps the variance of standard normal actions at 1', () => {
    fc.assert(
      fc.property(fc.nat(19), (t) => {
        // The coefficients are those of independent parts, so that their squares add up to 1.
        const mix = (actions: number, noise: number): number =>
          addNoise(
            { actions: chunks(actions), noise: chunks(noise), time: times(t) },
            cosineSchedule(20),
          ).dataSync()[0];
        expect(mix(1, 0) ** 2 + mix(0, 1) ** 2).toBeCloseTo(1, 6);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses shapes that do not agree, and an empty batch', () => {
    const none = { actions: tf.zeros<tf.Rank.R3>([0, 1, 1]), noise: chunks(), time: times() };
    expect(() => addNoise(none, schedule)).toThrow(
      'addNoise: actions [0,1,1], wanted [B, Ta, Da], each above 0',
    );
    expect(() => noisePredictionLoss(half, none, schedule)).toThrow('noisePredictionLoss: actions [0,1,1]');
    const one = { actions: chunks(1), noise: chunks(2), time: times(0) };
    expect(() => noisePredictionLoss((x) => x.tile([2, 1, 1]), one, schedule)).toThrow(
      'denoise gave [2,1,1], wanted [1,1,1]',
    );
    expect(() => addNoise({ actions: chunks(1, 1), noise: chunks(2), time: times(0, 1) }, schedule)).toThrow(
      'addNoise: actions [2,1,1], noise [1,1,1], time [2] do not agree, wanted [B, Ta, Da] twice and [B]',
    );
  });

  it('keeps only its result', () => {
    const batch = { actions: chunks(1), noise: chunks(2), time: times(0) };
    expect(() => addNoise(batch, schedule)).toKeepOnlyItsResult();
    expect(() => noisePredictionLoss(half, batch, schedule)).toKeepOnlyItsResult();
  });
});

describe('noisePredictionLoss', () => {
  it('is the mean squared error of the noise, or of the chunk', () => {
    // The network sees 2 and says 1: (1 − 2)² for the noise 2, (1 − 1)² for the chunk 1.
    const batch = { actions: chunks(1), noise: chunks(2), time: times(0) };
    expect(noisePredictionLoss(half, batch, schedule)).toBeAllclose([1]);
    expect(noisePredictionLoss(half, batch, schedule, { prediction: 'x0' })).toBeAllclose([0]);
  });

  it('is for a batch of two the mean of two batches', () => {
    const pair = fc.tuple(
      fc.float({ min: -1, max: 1, noNaN: true }),
      fc.float({ min: -3, max: 3, noNaN: true }),
      fc.nat(1),
    );
    fc.assert(
      fc.property(pair, pair, ([a, e, s], [b, f, t]) => {
        expect(loss([a, b], [e, f], [s, t])).toBeCloseTo((loss([a], [e], [s]) + loss([b], [f], [t])) / 2, 5);
      }),
    );
  });
});
