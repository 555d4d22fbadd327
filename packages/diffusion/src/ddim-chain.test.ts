import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { at, denoise, noiseFrom, normal, seeds } from '../test/smooth.ts';
import { ddimChainLogProbs, sampleDdimChain } from './ddim-chain.ts';
import { sampleChain } from './sample.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddimTimes, ddpmSteps, withMinStd } from './steps.ts';

const runs = { numRuns: 15 };
const exactly = { atol: 0, rtol: 0 };
const schedule = cosineSchedule(20);
const times = ddimTimes(schedule, 5);
const unit = fc.double({ min: 0, max: 1, noNaN: true });

/** An η for each row and action dimension [B, 1, Da]. */
const etas = (size: number, seed: number): tf.Tensor =>
  tf.randomUniform([size, 1, 2], 0.1, 1, 'float32', seed);

describe('sampleDdimChain', () => {
  it('follows one step by hand', () => {
    // ᾱ = ¼, ᾱ′ = ½, ε̂ = 0: mean √½ · 0.8 for x = 0.4; σ = ½ · 0.5773503, raised to 0.4; z = 5 is clamped to 1.
    // ln p = −(0.4 / 0.5)² / 2 − ln 0.5 − ½ ln 2π = −0.5457914.
    const { chain, logProbs } = sampleDdimChain(
      (x) => tf.zerosLike(x),
      tf.tensor3d([0.4], [1, 1, 1]),
      { times: [{ time: 3, alphaBar: 0.25, nextAlphaBar: 0.5 }], eta: 0.5 },
      (shape) => tf.fill(shape, 5),
      { clipNoise: 1, minStd: 0.4, logProbMinStd: 0.5 },
    );
    expect(chain).toBeAllclose([0.4, 0.8 * Math.SQRT1_2 + 0.4]);
    expect(logProbs).toBeAllclose([-0.5457914]);
  });

  it('is the sampler of the table where eta is the same for all', () => {
    fc.assert(
      fc.property(seeds, fc.oneof(unit, fc.constantFrom(0, 1)), (seed, eta) => {
        const start = normal([2, 3, 2], seed);
        const clips = { clipNoise: 2, clipAction: 0.5 };
        const options = { ...clips, minStd: 0.1, logProbMinStd: 0.2 };
        const ours = sampleDdimChain(denoise, start, { times, eta }, noiseFrom(seed), options);
        const steps = ddimSteps(schedule, 5, eta);
        const logProbSteps = withMinStd(steps, 0.2);
        const wanted = sampleChain(denoise, start, withMinStd(steps, 0.1), noiseFrom(seed), {
          ...clips,
          logProbSteps,
        });
        // Two ways to the same coefficients, in float32 over 5 steps; log-densities of up to 5σ.
        expect(ours.chain).toBeAllclose(wanted.chain, { atol: 1e-5 });
        expect(ours.logProbs).toBeAllclose(wanted.logProbs, { atol: 1e-3 });
      }),
      runs,
    );
  });

  it('is DDPM where it skips nothing and eta is 1', () => {
    const short = cosineSchedule(6);
    fc.assert(
      fc.property(seeds, (seed) => {
        const start = normal([2, 3, 2], seed);
        const steps = ddpmSteps(short);
        const wanted = sampleChain(denoise, start, steps, noiseFrom(seed), {
          logProbSteps: withMinStd(steps, 0.1),
        });
        const sampler = { times: ddimTimes(short, 6), eta: tf.ones([2, 1, 1]) };
        const ours = sampleDdimChain(denoise, start, sampler, noiseFrom(seed), { logProbMinStd: 0.1 });
        expect(ours.chain).toBeAllclose(wanted.chain, { atol: 1e-5 });
      }),
      runs,
    );
  });

  it('does not depend on the noise when eta is 0', () => {
    const start = normal([2, 3, 2], 1);
    const [one, other] = [1, 100].map(
      (seed) => sampleDdimChain(denoise, start, { times, eta: 0 }, noiseFrom(seed)).chain,
    );
    expect(one).toBeAllclose(other); // σ is 1e-10
  });

  it('is the same in two halves as in one', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 4 }), (seed, cut) => {
        const start = normal([2, 3, 2], seed);
        const eta = etas(2, seed);
        const noise = noiseFrom(seed + 1);
        const whole = sampleDdimChain(denoise, start, { times, eta }, noiseFrom(seed + 1), { minStd: 0.1 });
        const [head, tail] = [
          { times: times.slice(0, cut), eta },
          { times: times.slice(cut), eta },
        ];
        const first = sampleDdimChain(denoise, start, head, noise, { minStd: 0.1 });
        const second = sampleDdimChain(denoise, at(first.chain, cut), tail, noise, { minStd: 0.1 });
        expect(first.logProbs.concat(second.logProbs, 1)).toBeAllclose(whole.logProbs, exactly);
        expect(first.chain.concat(second.chain.slice([0, 1]), 1)).toBeAllclose(whole.chain, exactly);
      }),
      runs,
    );
  });

  it('gives a batch of two what two batches get', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const start = normal([2, 3, 2], seed);
        const eta = etas(2, seed);
        const whole = sampleDdimChain(denoise, start, { times, eta }, noiseFrom(seed)).chain;
        for (const row of [0, 1]) {
          const noise = noiseFrom(seed);
          const alone = sampleDdimChain(
            denoise,
            start.slice([row], [1]),
            { times, eta: eta.slice([row], [1]) },
            ([, ...rest]) => noise([2, ...rest]).slice([row], [1]),
          );
          expect(alone.chain).toBeAllclose(whole.slice([row], [1]));
        }
      }),
      runs,
    );
  });

  it('knows the log-probabilities that a recomputation from the chain gives, clamped or not', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.2, Infinity), (seed, clipAction) => {
        const sampler = { times, eta: etas(3, seed) };
        const { chain, logProbs } = sampleDdimChain(
          denoise,
          normal([3, 3, 2], seed),
          sampler,
          noiseFrom(seed),
          { clipAction, minStd: 0.1, logProbMinStd: 0.4, clipEpsilon: 1 },
        );
        const again = ddimChainLogProbs(denoise, chain, sampler, { minStd: 0.4, clipEpsilon: 1 });
        expect(logProbs).toBeAllclose(again, { atol: 1e-5 });
      }),
      runs,
    );
  });

  it('refuses what does not fit', () => {
    const start = normal([2, 3, 2], 1);
    const noise = noiseFrom(1);
    const sampler = { times, eta: 0.5 };
    expect(() => sampleDdimChain(denoise, tf.zeros([0, 3, 2]), sampler, noise)).toThrow(
      'sampleDdimChain: start [0,3,2], wanted [B, Ta, Da], each above 0',
    );
    expect(() => sampleDdimChain(denoise, start, { times: [], eta: 1 }, noise)).toThrow(
      'sampleDdimChain: got no times, wanted at least 1',
    );
    expect(() => sampleDdimChain(denoise, start, { times, eta: tf.ones([3, 1, 1]) }, noise)).toThrow(
      'sampleDdimChain: eta [3,1,1], wanted a number of 0 or more or a tensor that broadcasts to [2,3,2]',
    );
    expect(() => sampleDdimChain(denoise, start, { times, eta: -1 }, noise)).toThrow('eta is -1');
    expect(() => sampleDdimChain(denoise, start, sampler, noise, { minStd: -0.1 })).toThrow(
      'sampleDdimChain: minStd is -0.1, wanted 0 or more',
    );
    expect(() => sampleDdimChain(denoise, start, sampler, noise, { logProbMinStd: NaN })).toThrow(
      'sampleDdimChain: logProbMinStd is NaN',
    );
    expect(() => sampleDdimChain(denoise, start, sampler, noise, { clipEpsilon: 0 })).toThrow(
      'sampleDdimChain: clipEpsilon is 0, wanted a number above 0',
    );
    expect(() => sampleDdimChain(denoise, start, sampler, () => tf.zeros([2, 3, 1]))).toThrow(
      'noise gave [2,3,1], wanted [2,3,2]',
    );
    expect(() => sampleDdimChain((x) => x.slice(0, 1), start, sampler, noise)).toThrow(
      'denoise gave [1,3,2], wanted [2,3,2]',
    );
  });

  it('keeps only its result', () => {
    const start = normal([2, 3, 2], 1);
    const eta = etas(2, 1);
    expect(() => ({
      ...sampleDdimChain(denoise, start, { times, eta }, noiseFrom(2)),
    })).toKeepOnlyItsResult();
  });
});

describe('ddimChainLogProbs', () => {
  it('has the gradient with respect to eta that differences have', () => {
    // Without clamps everything is smooth. Sums of 60 log-densities in float32, over a difference of 0.02.
    const start = normal([2, 3, 2], 5);
    const chain = sampleDdimChain(denoise, start, { times, eta: 0.7 }, noiseFrom(6), { minStd: 0.1 }).chain;
    const total = (eta: tf.Tensor): tf.Scalar =>
      ddimChainLogProbs(denoise, chain, { times, eta }, { minStd: 0.1, clipX0: Infinity }).sum();
    const [[lower], [upper]] = [0.69, 0.71].map((eta) => total(tf.scalar(eta)).dataSync());
    expect(tf.grad(total)(tf.scalar(0.7))).toBeAllclose([(upper - lower) / 0.02], { rtol: 0.01 });
  });

  it('keeps only its result', () => {
    const chain: tf.Tensor4D = tf.zeros([2, 6, 3, 2]);
    const eta = etas(2, 1);
    expect(() => ddimChainLogProbs(denoise, chain, { times, eta })).toKeepOnlyItsResult();
  });

  it('refuses a chain that is not one longer than the times', () => {
    expect(() => ddimChainLogProbs(denoise, tf.zeros([2, 5, 3, 2]), { times, eta: 1 })).toThrow(
      'ddimChainLogProbs: chain is [2,5,3,2], wanted [B, 6, Ta, Da] for 5 steps, each above 0',
    );
    const chain: tf.Tensor4D = tf.zeros([2, 6, 3, 2]);
    expect(() => ddimChainLogProbs(denoise, chain, { times, eta: 1 }, { minStd: -1 })).toThrow(
      'ddimChainLogProbs: minStd is -1',
    );
    expect(() => ddimChainLogProbs(denoise, chain, { times, eta: tf.ones([2, 1, 3]) })).toThrow(
      'ddimChainLogProbs: eta [2,1,3]',
    );
  });
});
