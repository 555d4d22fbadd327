import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { denoiser, parameters, recorded, replay, samplers, tensor3d } from '../test/recorded.ts';
import { denoise, normal, seeds } from '../test/smooth.ts';
import { ddimTransition, type DdimTimes } from './ddim-transition.ts';
import { gaussianLogProb } from './log-prob.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, type DenoiseStep } from './steps.ts';
import { transition, type Gaussian } from './transition.ts';

const timesOf = (steps: readonly DenoiseStep[]): DdimTimes[] =>
  steps.map(({ time, alphaBar }, i) => ({ time, alphaBar, nextAlphaBar: steps[i + 1]?.alphaBar ?? 1 }));

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
        const got = ddimTransition(timesOf(steps)[j], denoise, x, tf.ones([2, 1, 1]).mul(eta));
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

  it('keeps only its result', () => {
    const x = chunk(0.4);
    const times = { time: 3, alphaBar: 0.25, nextAlphaBar: 0.5 };
    expect(() => ({ ...ddimTransition(times, denoise, x, 1) })).toKeepOnlyItsResult();
  });

  const { cases, shared } = recorded('ddim_chain');
  const stochastic = cases.filter(({ inputs }) => !inputs.deterministic);

  it.each(stochastic)('repeats the chain of the reference for $name', ({ inputs, outputs }) => {
    const { options, eta_weights: _, ...rest } = inputs;
    const { constructor, actor, actor_ft: tuned } = shared.nets[rest.nets];
    const times = timesOf(samplers(options, true).sampling);
    const frozen = times.length - options.ft_denoising_steps;
    const state = tensor3d(rest.state);
    const clips = {
      clipX0: options.denoised_clip_value,
      clipEpsilon: options.eps_clip_value ?? Infinity,
    };
    // η depends on the observation or the action's dimension, not on the step: rows [b · K′] of what is recorded.
    const [, , width] = outputs.eta.shape;
    const eta = tf
      .tensor3d(outputs.eta.data, outputs.eta.shape)
      .reshape<tf.Tensor4D>([state.shape[0], -1, 1, width])
      .slice([0, 0], [-1, 1])
      .squeeze<tf.Tensor3D>([1]);
    const policies = [actor, tuned].map((weights) => denoiser(constructor, parameters(weights), state));
    const at = (i: number, x: tf.Tensor3D, minStd: number): Gaussian => {
      const { mean, std } = ddimTransition(times[i], policies[i < frozen ? 0 : 1], x, eta, clips);
      return { mean, std: tf.maximum(std, minStd) };
    };

    const noise = replay(rest.step_noise);
    let x = tensor3d(rest.initial_noise);
    for (const i of times.keys()) {
      const { mean, std } = at(i, x, options.min_sampling_denoising_std);
      const clipped = noise(x.shape).clipByValue(-options.randn_clip_value, options.randn_clip_value);
      x = mean.add(clipped.mul(std));
    }
    expect(x).toBeAllclose(outputs.trajectories.data, { atol: 2e-4 }); // float32 over all steps

    const chain = tf.tensor4d(outputs.chains.data, outputs.chains.shape).unstack<tf.Tensor3D>(1);
    const logProbs = chain
      .slice(1)
      .map((next, j) => gaussianLogProb(at(frozen + j, chain[j], options.min_logprob_denoising_std), next));
    // Relative to their size where a clamped action is far from the mean.
    expect(tf.stack(logProbs, 1)).toBeAllclose(outputs.logprobs.data, { atol: 1e-3, rtol: 1e-3 });
  });
});
