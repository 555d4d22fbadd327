import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { denoise, noiseFrom, normal, samplers, seeds } from '../test/smooth.ts';
import { sample, sampleStates } from './chain.ts';
import { flowSampler } from './flow-sampler.ts';
import { type Guide, pseudoinverseGuide, type Target } from './guide.ts';
import { type Denoise, type Sampler, tableSampler } from './sampler.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddpmSteps } from './steps.ts';

const exactly = { atol: 0, rtol: 0 };
const runs = { numRuns: 10 };
const schedule = cosineSchedule(20);
const everywhere = (weight: number): tf.Tensor3D => tf.tensor3d([weight], [1, 1, 1]);

/** The answers of a network that knows that actions are standard normal: E[ε | x], E[x₀ | x] and E[x₁ − ε | x]. */
const expected: Readonly<Record<string, [Sampler, Denoise]>> = {
  DDPM: [
    tableSampler(ddpmSteps(schedule), { clipX0: Infinity }),
    (x, time) => x.mul(Math.sqrt(1 - schedule.alphaBars[Number(time)])),
  ],
  'DDIM in 4 steps': [
    tableSampler(ddimSteps(schedule, 4), { clipX0: Infinity }),
    (x, time) => x.mul(Math.sqrt(1 - schedule.alphaBars[Number(time)])),
  ],
  'DDIM in 4 steps that are told the chunk': [
    tableSampler(ddimSteps(schedule, 4), { clipX0: Infinity, prediction: 'x0' }),
    (x, time) => x.mul(Math.sqrt(schedule.alphaBars[Number(time)])),
  ],
  'a flow': [
    flowSampler(5, 0),
    (x, time) => x.mul((2 * Number(time) - 1) / (Number(time) ** 2 + (1 - Number(time)) ** 2)),
  ],
};

/** ε̂ = (x₂/√3, 0) */
const linear: Denoise = (x) => {
  const [, second] = x.unstack(1);
  return tf.stack([second.div(Math.sqrt(3)), tf.zerosLike(second)], 1).reshape(x.shape);
};

describe('pseudoinverseGuide', () => {
  it('is by hand the vector-Jacobian product of a linear network, and bounded by beta', () => {
    // ᾱ = ¼: a = ½, b = √¾. ε̂ = (x₂/√3, 0), so x̂₀ = 2x − √3·ε̂ = (2x₁ − x₂, 2x₂) with ∂x̂₀/∂x = (2, −1; 0, 2).
    // x = (0.1, 0.2): x̂₀ = (0, 0.4). Y₁ = 0.8, W = (1, 0): v = (0.8, 0), vᵀ∂x̂₀/∂x = (1.6, −0.8).
    // The weight is 1/a = 2, or β·b = 0.1·2/√3·√¾ = 0.1.
    const last = tableSampler([{ time: 0, alphaBar: 0.25, x0Coef: 1, xCoef: 0, std: 0 }], {
      clipX0: Infinity,
    });
    const x = tf.tensor3d([0.1, 0.2], [1, 2, 1]);
    const chunk = tf.tensor3d([0.8, 5], [1, 2, 1]);
    const weights = tf.tensor3d([1, 0], [1, 2, 1]);
    const pulled = (maxWeight: number) =>
      sample(last, linear, x, undefined, { guide: pseudoinverseGuide({ chunk, weights, maxWeight }) });
    expect(pulled(100)).toBeAllclose([3.2, -1.2], { atol: 1e-5 });
    expect(pulled(0.2 / Math.sqrt(3))).toBeAllclose([0.16, 0.32], { atol: 1e-5 });
  });

  it('gives a flow the velocity of the paper', () => {
    const [count, matrix] = [4, tf.tensor2d([0.3, -0.7, 0.2, 0.5], [2, 2])];
    const velocity: Denoise = (x) => x.reshape([-1, 2]).matMul(matrix).reshape(x.shape);
    const sampler = flowSampler(count, 0);
    const beta = fc.double({ min: 0.1, max: 20, noNaN: true });
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: count - 1 }), beta, (seed, step, maxWeight) => {
        const [x, chunk, weights] = [seed, seed + 1, seed + 2].map((each) => normal([3, 2, 1], each));
        const ours = sample(sampler, velocity, x, undefined, {
          from: step,
          to: step + 1,
          guide: pseudoinverseGuide({ chunk, weights, maxWeight }),
        });
        const tau = step / count;
        const variance = (1 - tau) ** 2 / (tau ** 2 + (1 - tau) ** 2);
        const clean = x.add<tf.Tensor3D>(velocity(x, tau).mul(1 - tau));
        // ∂x̂₁/∂x = I + (1 − τ)·V of rows that are multiplied from the left.
        const jacobian = tf.eye(2).add<tf.Tensor2D>(matrix.mul(1 - tau));
        const v = chunk.sub(clean).mul<tf.Tensor3D>(weights).reshape<tf.Tensor2D>([-1, 2]);
        const pull = v.matMul(jacobian, false, true).reshape<tf.Tensor3D>(x.shape);
        const guided = velocity(x, tau).add(pull.mul(Math.min(maxWeight, (1 - tau) / (tau * variance))));
        // Sums of four products of numbers below 10² in float32.
        expect(ours).toBeAllclose(x.add(guided.div(count)), { atol: 1e-4, rtol: 1e-5 });
      }),
      runs,
    );
  });

  it.each(Object.entries(expected))(
    'reproduces the whole chunk where actions are standard normal and beta bounds nothing: %s',
    (_, [sampler, network]) => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const [start, chunk] = [normal([2, 3, 2], seed), normal([2, 3, 2], seed + 1)];
          const guide = pseudoinverseGuide({ chunk, weights: everywhere(1), maxWeight: 1e3 });
          const pulled = sample(sampler, network, start, noiseFrom(seed), { guide });
          // The last step's x̂₀ is a sum of numbers that are up to 1/√ᾱ times as large.
          expect(pulled).toBeAllclose(chunk, { atol: 1e-4 });
          const own = sample(sampler, network, start, noiseFrom(seed));
          expect(own.sub(chunk).abs().max().dataSync()[0]).toBeGreaterThan(0.1);
        }),
        runs,
      );
    },
  );

  it.each(Object.entries(samplers))(
    'leaves the sample of %s as it is to the bit where all weights are 0',
    (_, make) => {
      const sampler = make(2);
      fc.assert(
        fc.property(seeds, (seed) => {
          const start = normal([2, 3, 2], seed);
          const target: Target = { chunk: normal([2, 3, 2], seed + 1), weights: everywhere(0), maxWeight: 5 };
          const guided = sampleStates(sampler, denoise, start, noiseFrom(seed), {
            guide: pseudoinverseGuide(target),
          });
          expect(guided).toBeAllclose(sampleStates(sampler, denoise, start, noiseFrom(seed)), exactly);
        }),
        runs,
      );
    },
  );

  it('pulls each row towards its own chunk and keeps only its result', () => {
    const [start, chunk] = [normal([2, 3, 2], 1), normal([2, 3, 2], 2)];
    const weights = tf.tensor3d([1, 0.5, 0], [1, 3, 1]);
    const steps = tableSampler(ddimSteps(schedule, 4));
    const pulled = (row: number, rows: number) =>
      sample(steps, denoise, start.slice(row, rows), undefined, {
        guide: pseudoinverseGuide({ chunk: chunk.slice(row, rows), weights, maxWeight: 5 }),
      });
    expect(tf.concat([pulled(0, 1), pulled(1, 1)])).toBeAllclose(pulled(0, 2), { atol: 1e-5 });
    const guide = pseudoinverseGuide({ chunk, weights, maxWeight: 5 });
    expect(() => sample(steps, denoise, start, undefined, { guide })).toKeepOnlyItsResult();
  });

  it.each([0, -1, NaN, Infinity])('refuses a maxWeight of %d', (maxWeight) => {
    const target = { chunk: tf.zeros<tf.Rank.R3>([1, 1, 1]), weights: everywhere(1), maxWeight };
    expect(() => pseudoinverseGuide(target)).toThrow(
      `pseudoinverseGuide: maxWeight is ${maxWeight}, wanted a `,
    );
  });
});

describe('a guide', () => {
  it.each(Object.entries(expected))(
    'is told the chunk that was mixed with noise, where the network is right: %s',
    (name, [sampler]) => {
      const answer = (clean: tf.Tensor3D, noise: tf.Tensor3D): tf.Tensor3D => {
        if (name === 'a flow') return clean.sub(noise);
        return name.endsWith('told the chunk') ? clean : noise;
      };
      for (const from of [0, sampler.times.length - 1]) {
        const [clean, noise] = [normal([2, 3, 2], 1), normal([2, 3, 2], 2)];
        const { signal = NaN, noise: spread = NaN } = sampler.mixtures?.[from] ?? {};
        const x = clean.mul(signal).add<tf.Tensor3D>(noise.mul(spread));
        const guide: Guide = (told) => {
          // What is left of the clean chunk in x is rounded as x is.
          expect(told.clean).toBeAllclose(clean, { atol: 1e-6 / Math.max(signal, 1 - spread) });
          return told.clean;
        };
        sample(sampler, () => answer(clean, noise), x, noiseFrom(3), { from, to: from + 1, guide });
        expect.hasAssertions();
      }
    },
  );

  it('decides what the last step gives, within the clamp', () => {
    const sampler = tableSampler(ddimSteps(schedule, 4));
    const start = normal([1, 2, 2], 3);
    const wanted = tf.tensor3d([0.3, -0.2, 7, -7], [1, 2, 2]);
    const action = sample(sampler, denoise, start, undefined, { guide: () => wanted });
    expect(action).toBeAllclose([0.3, -0.2, 1, -1], { atol: 1e-5 });
  });

  it('is refused for a sampler that says nothing of mixtures, and where it gives another shape', () => {
    const sampler = tableSampler(ddimSteps(schedule, 4));
    const start = normal([1, 2, 2], 3);
    const { mixtures: _, ...others } = sampler;
    expect(() => sample(others, denoise, start, undefined, { guide: ({ clean }) => clean })).toThrow(
      'sample: guide is given for a sampler without mixtures, wanted one that has them',
    );
    expect(() => sample(sampler, denoise, start, undefined, { guide: () => start.slice(0, 0) })).toThrow(
      'guide gave [0,2,2], wanted [1,2,2]',
    );
  });
});
