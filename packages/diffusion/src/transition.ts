import * as tf from '@tensorflow/tfjs';

import { checkChunks, checkLimits, checkStds, ofShape } from './check.ts';
import { clip } from './clip.ts';
import type { DenoiseStep } from './steps.ts';

/** The network's output for noisy chunks x [B, Ta, Da] at `time`, one for all rows or one for each [B]; the observation is already bound. */
export type Denoise = (x: tf.Tensor3D, time: tf.Tensor1D | number) => tf.Tensor3D;

/** Conditions on an observation, by default [B, To, Do], once; what it returns is asked at every step. */
export type Denoiser<Obs = tf.Tensor3D> = (obs: Obs) => Denoise;

/** 𝒩(mean, std²), each element on its own. */
export interface Gaussian {
  /** [B, Ta, Da] */
  readonly mean: tf.Tensor3D;
  /** One number, or a tensor that broadcasts to the mean. */
  readonly std: tf.Tensor | number;
}

/** How a network's answer becomes the chunk that it predicts. */
export interface TransitionOptions {
  /** x̂₀ is clamped to ± this, the gradient there being 0; Infinity leaves it alone. */
  readonly clipX0?: number;
  /** What the network was trained to tell: the noise ε, or the chunk x₀ itself. */
  readonly prediction?: 'epsilon' | 'x0';
}

/** The numbers that a step's mean is made of: for one step, or [B, 1, 1] for rows that are at different steps. */
export interface Coefficients<T extends number | tf.Tensor = number> {
  /** √(1/ᾱ) */
  readonly xScale: T;
  /** √(1/ᾱ − 1) */
  readonly noiseScale: T;
  readonly x0Coef: T;
  readonly xCoef: T;
}

/** What stays on the host: one step's coefficients, in double precision. */
export function coefficients({ alphaBar, x0Coef, xCoef }: DenoiseStep): Coefficients {
  return { xScale: Math.sqrt(1 / alphaBar), noiseScale: Math.sqrt(1 / alphaBar - 1), x0Coef, xCoef };
}

/** Throws for an option that is none. */
export function checkOptions(caller: string, { clipX0, prediction = 'epsilon' }: TransitionOptions): void {
  checkLimits(caller, { clipX0 });
  if (prediction !== 'epsilon' && prediction !== 'x0') {
    throw new RangeError(`${caller}: prediction is ${String(prediction)}, wanted epsilon or x0`);
  }
}

/** x0Coef · clamp(x̂₀) + xCoef · x, where `output` [B, Ta, Da] is the network's answer for x. */
export function posteriorMean(
  { xScale, noiseScale, x0Coef, xCoef }: Coefficients<number | tf.Tensor>,
  output: tf.Tensor3D,
  x: tf.Tensor3D,
  { clipX0 = 1, prediction = 'epsilon' }: TransitionOptions,
): tf.Tensor3D {
  ofShape('denoise', output, x.shape);
  const predicted = prediction === 'x0' ? output : x.mul(xScale).sub<tf.Tensor3D>(output.mul(noiseScale));
  return clip(predicted, clipX0).mul(x0Coef).add(x.mul(xCoef));
}

/**
 * The distribution of the next, less noisy chunk.
 *
 * p(xₖ₋₁ | xₖ) = 𝒩(x0Coef · x̂₀ + xCoef · xₖ, std²),  x̂₀ = clamp((xₖ − √(1 − ᾱ) · ε̂) / √ᾱ)
 *
 * @param x - [B, Ta, Da]
 * @throws RangeError unless x is a batch of chunks, the step's std 0 or more and clipX0 above 0.
 * @see https://arxiv.org/abs/2409.00588 section 3, and model/diffusion/diffusion_vpg.py:139-224 of the reference
 */
export function transition(
  step: DenoiseStep,
  denoise: Denoise,
  x: tf.Tensor3D,
  options: TransitionOptions = {},
): Gaussian {
  checkChunks('transition', 'x', x);
  checkStds('transition', [step]);
  checkOptions('transition', options);
  const mean = tf.tidy(() => posteriorMean(coefficients(step), denoise(x, step.time), x, options));
  return { mean, std: step.std };
}
