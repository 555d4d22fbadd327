import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ancestral, at, denoise, noiseFrom, normal, samplers, seeds } from '../test/smooth.ts';
import { sample, sampleChain, sampleStates } from './chain.ts';
import { chainLogProbs } from './log-probs.ts';
import { flowSampler } from './flow-sampler.ts';
import { ddimSampler, type Denoise, tableSampler } from './sampler.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddimTimes, ddpmSteps } from './steps.ts';

const runs = { numRuns: 10 };
const exactly = { atol: 0, rtol: 0 };
const floors = { minStd: 0.1, logProbMinStd: 0.2 };
const asked = (): never => expect.unreachable();
const velocity: Denoise = (x, time) => tf.fill(x.shape, time === 0 ? 4 : -3.6);
const still = tableSampler(ddimSteps(cosineSchedule(20), 5));

describe('sampleChain', () => {
  it('follows one step by hand', () => {
    // x̂₀ = 0.4 · 2 = 0.8; mean = 0.8 / 2 + 0.4 / 4 = 0.5; z = 5 is clamped to 3, times 0.1: 0.8.
    // ln p = −3² / 2 − ln 0.1 − ½ ln 2π = −3.1163534.
    const { chain, logProbs } = sampleChain(
      tableSampler([{ time: 0, alphaBar: 0.25, x0Coef: 0.5, xCoef: 0.25, std: 0.1 }]),
      (x) => tf.zerosLike(x),
      tf.tensor3d([0.4], [1, 1, 1]),
      (shape) => tf.fill(shape, 5),
      { clipNoise: 3 },
    );
    expect(chain).toBeAllclose([0.4, 0.8]);
    expect(logProbs).toBeAllclose([-3.1163534]);
  });

  it('draws and scores under floors of their own, by hand', () => {
    // ᾱ = ¼, ᾱ′ = ½, ε̂ = 0: mean √½ · 0.8 for x = 0.4; σ = ½ · 0.5773503, raised to 0.4; z = 5 is clamped to 1.
    // ln p = −(0.4 / 0.5)² / 2 − ln 0.5 − ½ ln 2π = −0.5457914.
    const { chain, logProbs } = sampleChain(
      ddimSampler([{ time: 3, alphaBar: 0.25, nextAlphaBar: 0.5 }], 0.5),
      (x) => tf.zerosLike(x),
      tf.tensor3d([0.4], [1, 1, 1]),
      (shape) => tf.fill(shape, 5),
      { clipNoise: 1, minStd: 0.4, logProbMinStd: 0.5 },
    );
    expect(chain).toBeAllclose([0.4, 0.8 * Math.SQRT1_2 + 0.4]);
    expect(logProbs).toBeAllclose([-0.5457914]);
  });

  it('clamps by hand what the last step leads to, and nothing before', () => {
    // Velocities 4 and −3.6: 0 + 4 / 2 = 2 is beyond ½ but no action; 2 − 3.6 / 2 = 0.2 and, of another start, 1 + 2 − 1.8 = 1.2.
    const options = { clipAction: 0.5, logProbMinStd: 1 };
    const { chain } = sampleChain(
      flowSampler(2, 0),
      velocity,
      tf.tensor3d([0, 1], [2, 1, 1]),
      undefined,
      options,
    );
    expect(chain).toBeAllclose([0, 2, 0.2, 1, 3, 0.5]);
  });

  describe.each(Object.entries(samplers))('of %s', (_, make) => {
    it('is the same in two halves as in one', () => {
      const sampler = make(2);
      fc.assert(
        fc.property(seeds, fc.integer({ min: 1, max: sampler.times.length - 1 }), (seed, cut) => {
          const start = normal([2, 3, 2], seed);
          const noise = noiseFrom(seed + 1);
          const options = { ...floors, clipAction: 0.3 };
          const whole = sampleChain(sampler, denoise, start, noiseFrom(seed + 1), options);
          const first = sampleChain(sampler, denoise, start, noise, { ...options, to: cut });
          const half = at(first.chain, cut);
          const second = sampleChain(sampler, denoise, half, noise, { ...options, from: cut });
          expect(first.logProbs.concat(second.logProbs, 1)).toBeAllclose(whole.logProbs, exactly);
          expect(first.chain.concat(second.chain.slice([0, 1]), 1)).toBeAllclose(whole.chain, exactly);
        }),
        runs,
      );
    });

    it('ends where sample ends, and passes through its states', () => {
      const sampler = make(2);
      fc.assert(
        fc.property(seeds, (seed) => {
          const start = normal([2, 3, 2], seed);
          const options = { minStd: 0.1, clipNoise: 1, clipAction: 0.3 };
          const { chain } = sampleChain(sampler, denoise, start, noiseFrom(seed), options);
          const action = sample(sampler, denoise, start, noiseFrom(seed), options);
          expect(at(chain, sampler.times.length)).toBeAllclose(action, exactly);
          expect(sampleStates(sampler, denoise, start, noiseFrom(seed), options)).toBeAllclose(
            chain,
            exactly,
          );
          expect(action.abs().max().dataSync()[0]).toBeLessThanOrEqual(Math.fround(0.3));
        }),
        runs,
      );
    });

    it('knows the log-probabilities that a recomputation from the chain gives, clamped or not', () => {
      const sampler = make(3);
      fc.assert(
        fc.property(seeds, fc.constantFrom(0.2, Infinity), (seed, clipAction) => {
          const start = normal([3, 2, 2], seed);
          const options = { minStd: 0.1, logProbMinStd: 0.4, clipAction };
          const { chain, logProbs } = sampleChain(sampler, denoise, start, noiseFrom(seed), options);
          expect(logProbs).toBeAllclose(chainLogProbs(sampler, denoise, chain, { minStd: 0.4 }), exactly);
        }),
        runs,
      );
    });

    it('gives a batch of two what two batches get', () => {
      const sampler = make(2);
      fc.assert(
        fc.property(seeds, (seed) => {
          const start = normal([2, 3, 2], seed);
          const whole = sampleChain(sampler, denoise, start, noiseFrom(seed), floors).chain;
          for (const row of [0, 1]) {
            const noise = noiseFrom(seed);
            const alone = sampleChain(
              // The same row twice is the row alone, whatever the sampler holds for each.
              sampler,
              denoise,
              start.gather([row, row]),
              ([, ...rest]) => noise([2, ...rest]).gather([row, row]),
              floors,
            );
            expect(alone.chain.slice([row], [1])).toBeAllclose(whole.slice([row], [1]));
          }
        }),
        runs,
      );
    });

    it('keeps only its result', () => {
      const sampler = make(1);
      const start = normal([1, 2, 2], 1);
      expect(() => ({
        ...sampleChain(sampler, denoise, start, noiseFrom(2), floors),
      })).toKeepOnlyItsResult();
      expect(() => sample(sampler, denoise, start, noiseFrom(2))).toKeepOnlyItsResult();
      expect(() => sampleStates(sampler, denoise, start, noiseFrom(2))).toKeepOnlyItsResult();
    });
  });

  it('is the same by DDIM as by the table of its numbers, whatever eta', () => {
    const schedule = cosineSchedule(20);
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(seeds, fc.oneof(unit, fc.constantFrom(0, 1)), (seed, eta) => {
        const start = normal([2, 3, 2], seed);
        const options = { clipNoise: 2, clipAction: 0.5, ...floors };
        const [ours, wanted] = [
          ddimSampler(ddimTimes(schedule, 5), eta),
          tableSampler(ddimSteps(schedule, 5, eta)),
        ].map((sampler) => sampleChain(sampler, denoise, start, noiseFrom(seed), options));
        // Two ways to the same coefficients, in float32 over 5 steps; log-densities of up to 5σ.
        expect(ours.chain).toBeAllclose(wanted.chain, { atol: 1e-5 });
        expect(ours.logProbs).toBeAllclose(wanted.logProbs, { atol: 1e-3 });
      }),
      { numRuns: 15 },
    );
  });

  it('refuses steps without noise, which have no density, unless a floor gives one', () => {
    const start = normal([1, 2, 2], 1);
    expect(() => sampleChain(still, () => expect.unreachable(), start)).toThrow(
      'sampleChain: step 0 has std 0 and so no density, wanted a floor above 0',
    );
    expect(() => sampleChain(ancestral, denoise, start, noiseFrom(1), { from: 3 })).toThrow('step 5 has std');
    const step = { time: 0, alphaBar: 0.25, x0Coef: 0.5, xCoef: 0.25 };
    const later = tableSampler([
      { ...step, std: 0 },
      { ...step, std: 0.1 },
    ]);
    expect(() => sampleChain(later, denoise, start, noiseFrom(1), { from: 1 })).not.toThrow();
    const { logProbs } = sampleChain(still, denoise, start, undefined, { logProbMinStd: 0.1 });
    // At its own mean each element has −ln 0.1 − ½ ln 2π.
    expect(logProbs).toBeAllclose(new Float32Array(20).fill(1.3836466));
  });
});

describe('sample', () => {
  it('asks for no noise when eta is 0', () => {
    const start = normal([2, 3, 2], 1);
    const action = sample(still, denoise, start, () => expect.unreachable());
    expect(sample(still, denoise, start)).toBeAllclose(action, exactly);
  });

  it('does not depend on the noise of DDIM where a tensor of eta is 0', () => {
    const start = normal([2, 3, 2], 1);
    const sampler = ddimSampler(ddimTimes(cosineSchedule(20), 5), tf.zeros([2, 1, 1]));
    const [one, other] = [1, 100].map((seed) => sample(sampler, denoise, start, noiseFrom(seed)));
    expect(one).toBeAllclose(other); // σ is 1e-10
  });

  it('is the same with DDIM as with DDPM where that skips nothing and eta is 1', () => {
    const schedule = cosineSchedule(8);
    fc.assert(
      fc.property(seeds, (seed) => {
        const start = normal([2, 3, 2], seed);
        const [ddpm, ddim] = [ddpmSteps(schedule), ddimSteps(schedule, 8, 1)].map((steps) =>
          sample(tableSampler(steps), denoise, start, noiseFrom(seed)),
        );
        expect(ddim).toBeAllclose(ddpm, { atol: 1e-5 }); // two ways to the same coefficients, in float32 over 8 steps
      }),
      runs,
    );
  });

  it('goes with a constant velocity from noise to noise plus velocity, whatever the number of steps', () => {
    const start = normal([2, 3, 2], 3);
    for (const count of [1, 2, 7]) {
      const action = sample(flowSampler(count, 0), (x) => tf.onesLike(x).mul(0.5), start);
      expect(action).toBeAllclose(start.add(0.5));
    }
  });

  it('of a flow is the nearer to the one without noise, the smaller the noise', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 6 }), (seed, count) => {
        const start = normal([2, 3, 2], seed);
        const of = (sigma: number): tf.Tensor3D =>
          sample(flowSampler(count, sigma), denoise, start, noiseFrom(seed), { clipNoise: 3 });
        const quiet = sample(flowSampler(count, 0), denoise, start);
        // Each step doubles a difference at most twice over: |d step / dx| ≤ 1 + 1.6 / K.
        expect(of(1e-7)).toBeAllclose(quiet, { atol: 1e-4 });
        expect(of(0)).toBeAllclose(quiet, { atol: 0, rtol: 0 });
      }),
      runs,
    );
  });

  it('copies the start when there are no steps', () => {
    const start = normal([1, 2, 2], 1);
    expect(sample(ancestral, denoise, start, undefined, { to: 0 })).toBeAllclose(start);
    expect(() => sample(ancestral, denoise, start, undefined, { to: 0 })).toKeepOnlyItsResult();
  });

  it('refuses no chunks, noise of another shape or none, and a range that is not of the sampler', () => {
    const start = normal([1, 2, 2], 1);
    expect(() => sample(ancestral, denoise, tf.zeros([0, 2, 2]), noiseFrom(1))).toThrow(
      'sample: start [0,2,2], wanted [B, Ta, Da], each above 0',
    );
    expect(() => sample(ancestral, denoise, start, () => tf.zeros([1, 2, 1]))).toThrow(
      'noise gave [1,2,1], wanted [1,2,2]',
    );
    expect(() => sample(ancestral, denoise, start)).toThrow(
      'sample: step 0 draws noise, wanted a function that gives it',
    );
    expect(() => sample(ancestral, (x) => x.slice(0, 0), start)).toThrow(
      'denoise gave [0,2,2], wanted [1,2,2]',
    );
    for (const range of [{ from: -1 }, { to: 7 }, { from: 2, to: 1 }, { from: 0.5 }]) {
      expect(() => sample(ancestral, denoise, start, noiseFrom(1), range)).toThrow('within 0 to 6');
    }
    expect(() => sampleChain(ancestral, denoise, start, noiseFrom(1), { to: 0 })).toThrow(
      'sampleChain: got no steps, wanted at least 1',
    );
  });

  it('refuses limits that are not above 0 and floors below 0, before it asks the network', () => {
    const start = normal([1, 2, 2], 1);
    expect(() => sample(ancestral, asked, start, noiseFrom(1), { clipNoise: -1 })).toThrow(
      'sample: clipNoise is -1, wanted a number above 0',
    );
    expect(() => sample(ancestral, asked, start, noiseFrom(1), { clipAction: NaN })).toThrow(
      'sample: clipAction is NaN, wanted a number above 0',
    );
    expect(() => sample(ancestral, asked, start, noiseFrom(1), { minStd: -0.1 })).toThrow(
      'sample: minStd is -0.1, wanted 0 or more',
    );
    expect(() => sampleChain(ancestral, asked, start, noiseFrom(1), { logProbMinStd: NaN })).toThrow(
      'logProbMinStd is NaN',
    );
  });
});
