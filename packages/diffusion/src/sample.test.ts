import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { at, denoise, noiseFrom, noNoise, normal, seeds, steps } from '../test/smooth.ts';
import { chainLogProbs } from './chain-log-probs.ts';
import { sample, sampleChain } from './sample.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddpmSteps, withMinStd } from './steps.ts';

const runs = { numRuns: 20 };

describe('sampleChain', () => {
  it('follows one step by hand', () => {
    // x̂₀ = 0.4 · 2 = 0.8; mean = 0.8 / 2 + 0.4 / 4 = 0.5; z = 5 is clamped to 3, times 0.1: 0.8.
    // ln p = −3² / 2 − ln 0.1 − ½ ln 2π = −3.1163534.
    const step = { time: 0, alphaBar: 0.25, x0Coef: 0.5, xCoef: 0.25, std: 0.1 };
    const { chain, logProbs } = sampleChain(
      (x) => tf.zerosLike(x),
      tf.tensor3d([0.4], [1, 1, 1]),
      [step],
      (shape) => tf.fill(shape, 5),
      { clipNoise: 3 },
    );
    expect(chain).toBeAllclose([0.4, 0.8]);
    expect(logProbs).toBeAllclose([-3.1163534]);
  });

  it('is the same in two halves as in one', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 5 }), (seed, cut) => {
        const start = normal([2, 3, 2], seed);
        const noise = noiseFrom(seed + 1);
        const whole = sampleChain(denoise, start, steps, noiseFrom(seed + 1));
        const first = sampleChain(denoise, start, steps.slice(0, cut), noise);
        const second = sampleChain(denoise, at(first.chain, cut), steps.slice(cut), noise);
        expect(first.logProbs.concat(second.logProbs, 1)).toBeAllclose(whole.logProbs, { atol: 0, rtol: 0 });
        expect(first.chain.concat(second.chain.slice([0, 1]), 1)).toBeAllclose(whole.chain, {
          atol: 0,
          rtol: 0,
        });
      }),
      runs,
    );
  });

  it('ends where sample ends', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const start = normal([2, 3, 2], seed);
        const options = { clipNoise: 1, clipAction: 0.3 };
        const { chain } = sampleChain(denoise, start, steps, noiseFrom(seed), options);
        const action = sample(denoise, start, steps, noiseFrom(seed), options);
        expect(at(chain, 6)).toBeAllclose(action, { atol: 0, rtol: 0 });
        expect(action.abs().max().dataSync()[0]).toBeLessThanOrEqual(Math.fround(0.3));
      }),
      runs,
    );
  });

  it('knows the log-probabilities that a recomputation from the chain gives, clamped or not', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.2, Infinity), (seed, clipAction) => {
        const logProbSteps = withMinStd(steps, 0.4);
        const { chain, logProbs } = sampleChain(denoise, normal([3, 2, 2], seed), steps, noiseFrom(seed), {
          clipAction,
          logProbSteps,
        });
        expect(logProbs).toBeAllclose(chainLogProbs(denoise, chain, logProbSteps), { atol: 1e-5 });
      }),
      runs,
    );
  });

  it('gives a batch of two what two batches get', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const start = normal([2, 3, 2], seed);
        const whole = sampleChain(denoise, start, steps, noiseFrom(seed)).chain;
        for (const row of [0, 1]) {
          const noise = noiseFrom(seed);
          const alone = sampleChain(denoise, start.slice([row], [1]), steps, ([, ...rest]) =>
            noise([2, ...rest]).slice([row], [1]),
          );
          expect(alone.chain).toBeAllclose(whole.slice([row], [1]));
        }
      }),
      runs,
    );
  });

  it('refuses steps without noise, which have no density, unless others give one', () => {
    const start = normal([1, 2, 2], 1);
    const still = ddimSteps(cosineSchedule(6), 3);
    expect(() => sampleChain(denoise, start, still, noiseFrom(1))).toThrow(
      'sampleChain: step 0 has std 0, wanted a number above 0 (see withMinStd)',
    );
    const { logProbs } = sampleChain(denoise, start, still, noiseFrom(1), {
      logProbSteps: withMinStd(still, 0.1),
    });
    // At its own mean each element has −ln 0.1 − ½ ln 2π.
    expect(logProbs).toBeAllclose(new Float32Array(12).fill(1.3836466));
  });

  it('refuses log-probability steps that are of another sampler', () => {
    const start = normal([1, 2, 2], 1);
    expect(() => sampleChain(denoise, start, steps, noiseFrom(1), { logProbSteps: steps.slice(1) })).toThrow(
      'sampleChain: got 5 logProbSteps for 6 steps, wanted as many',
    );
    const other = withMinStd(ddimSteps(cosineSchedule(6), 6), 0.1);
    expect(() => sampleChain(denoise, start, steps, noiseFrom(1), { logProbSteps: other })).toThrow(
      'sampleChain: logProbSteps[0] and steps[0] differ in more than std',
    );
  });

  it('keeps only its result', () => {
    const start = normal([1, 2, 2], 1);
    expect(() => ({ ...sampleChain(denoise, start, steps, noiseFrom(2)) })).toKeepOnlyItsResult();
    expect(() => sample(denoise, start, steps, noiseFrom(2))).toKeepOnlyItsResult();
  });
});

describe('sample', () => {
  it('asks for no noise when eta is 0', () => {
    const still = ddimSteps(cosineSchedule(20), 5);
    fc.assert(
      fc.property(seeds, (seed) => {
        const start = normal([2, 3, 2], seed);
        const action = sample(denoise, start, still, noNoise);
        expect(sample(denoise, start, still, noNoise)).toBeAllclose(action, { atol: 0, rtol: 0 });
      }),
      runs,
    );
  });

  it('is the same with DDIM as with DDPM where that skips nothing and eta is 1', () => {
    const schedule = cosineSchedule(8);
    fc.assert(
      fc.property(seeds, (seed) => {
        const start = normal([2, 3, 2], seed);
        const ancestral = sample(denoise, start, ddpmSteps(schedule), noiseFrom(seed));
        expect(sample(denoise, start, ddimSteps(schedule, 8, 1), noiseFrom(seed))).toBeAllclose(ancestral, {
          atol: 1e-5, // two ways to the same coefficients, in float32 over 8 steps
        });
      }),
      runs,
    );
  });

  it('copies the start when there are no steps', () => {
    const start = normal([1, 2, 2], 1);
    expect(sample(denoise, start, [], noNoise)).toBeAllclose(start);
    expect(() => sample(denoise, start, [], noNoise)).toKeepOnlyItsResult();
  });

  it('refuses no chunks, a negative std and noise of another shape', () => {
    const start = normal([1, 2, 2], 1);
    expect(() => sample(denoise, tf.zeros([0, 2, 2]), steps, noiseFrom(1))).toThrow(
      'sample: start [0,2,2], wanted [B, Ta, Da], each above 0',
    );
    const negative = [steps[0], { ...steps[1], std: -1 }];
    expect(() => sample(denoise, start, negative, noNoise)).toThrow(
      'sample: step 1 has std -1, wanted 0 or more',
    );
    expect(() => sampleChain(denoise, start, negative, noNoise)).toThrow('sampleChain: step 1 has std -1');
    expect(() => sampleChain(denoise, start, [], noNoise)).toThrow(
      'sampleChain: got no steps, wanted at least 1',
    );
    expect(() => sample(denoise, start, steps, () => tf.zeros([1, 2, 1]))).toThrow(
      'noise gave [1,2,1], wanted [1,2,2]',
    );
  });

  it('refuses limits that are not above 0, before it asks the network', () => {
    const start = normal([1, 2, 2], 1);
    expect(() => sampleChain(() => expect.unreachable(), start, steps, noiseFrom(1), { clipX0: -1 })).toThrow(
      'sampleChain: clipX0 is -1, wanted a number above 0',
    );
    expect(() => sample(denoise, start, steps, noiseFrom(1), { clipNoise: -1 })).toThrow(
      'sample: clipNoise is -1, wanted a number above 0',
    );
    expect(() => sample(denoise, start, steps, noiseFrom(1), { clipAction: NaN })).toThrow(
      'sample: clipAction is NaN, wanted a number above 0',
    );
  });
});
