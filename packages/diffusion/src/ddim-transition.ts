import * as tf from '@tensorflow/tfjs';

import { broadcasts, checkChunks, checkFloors, checkLimits, ofShape } from './check.ts';
import { clip } from './clip.ts';
import type { DdimTime } from './steps.ts';
import type { Denoise, Gaussian, TransitionOptions } from './transition.ts';

/** What bounds a transition of DDIM with a learned η. */
export interface DdimTransitionOptions extends Pick<TransitionOptions, 'clipX0'> {
  /** The noise that goes with the clamped x̂₀ is itself clamped to ± this. */
  readonly clipEpsilon?: number;
  /** The standard deviation is at least this; the mean is that of the unraised one. */
  readonly minStd?: number;
}

/** What a transition's mean and standard deviation are made of: for one time, or [B, 1, 1] for rows at different times. */
export interface DdimCoefficients<T extends number | tf.Tensor = number> {
  /** √ᾱ */
  readonly signal: T;
  /** √(1 − ᾱ) */
  readonly spread: T;
  /** √ᾱ′ */
  readonly nextSignal: T;
  /** 1 − ᾱ′ */
  readonly nextVariance: T;
  /** σ where η = 1 */
  readonly fullStd: T;
}

const SMALLEST_STD = 1e-10;

/** What stays on the host, in double precision. */
export function ddimCoefficients({ alphaBar, nextAlphaBar }: DdimTime): DdimCoefficients {
  const nextVariance = 1 - nextAlphaBar;
  return {
    signal: Math.sqrt(alphaBar),
    spread: Math.sqrt(1 - alphaBar),
    nextSignal: Math.sqrt(nextAlphaBar),
    nextVariance,
    fullStd: Math.sqrt((nextVariance / (1 - alphaBar)) * (1 - alphaBar / nextAlphaBar)),
  };
}

/** Mean and standard deviation of the next chunk, where `output` [B, Ta, Da] is the network's answer for x. */
export function ddimMoments(
  { signal, spread, nextSignal, nextVariance, fullStd }: DdimCoefficients<number | tf.Tensor>,
  output: tf.Tensor3D,
  x: tf.Tensor3D,
  eta: number | tf.Tensor,
  { clipX0 = 1, clipEpsilon = Infinity }: DdimTransitionOptions,
): { mean: tf.Tensor3D; std: tf.Tensor } {
  ofShape('denoise', output, x.shape);
  const x0 = clip(x.sub(output.mul(spread)).div(signal), clipX0);
  const epsilon = clip(x.sub(x0.mul(signal)).div(spread), clipEpsilon);
  const std = raise(tf.mul(eta, fullStd), SMALLEST_STD);
  const direction = raise(tf.sub(nextVariance, std.square()), 0).sqrt();
  return { mean: x0.mul(nextSignal).add<tf.Tensor3D>(epsilon.mul(direction)), std };
}

/** At least `floor`; not `maximum`, whose gradient at the floor would be 0 · ∞ through a root. */
export function raise(std: tf.Tensor, floor: number): tf.Tensor {
  return std.clipByValue(floor, Infinity);
}

/** Throws unless η is a number of 0 or more or broadcasts to chunks, and the options are in their ranges. */
export function checkDdim(
  caller: string,
  eta: number | tf.Tensor,
  chunks: readonly number[],
  { minStd, clipX0, clipEpsilon }: DdimTransitionOptions,
): void {
  if (typeof eta === 'number' ? !(eta >= 0 && eta < Infinity) : !broadcasts(eta.shape, chunks)) {
    const got = typeof eta === 'number' ? `is ${eta}` : `[${eta.shape.join()}]`;
    throw new RangeError(
      `${caller}: eta ${got}, wanted a number of 0 or more or a tensor that broadcasts to [${chunks.join()}]`,
    );
  }
  checkFloors(caller, { minStd });
  checkLimits(caller, { clipX0, clipEpsilon });
}

/**
 * The distribution of the next chunk where η is not known beforehand but learned, so that no table of steps holds it.
 *
 * σ = η√((1 − ᾱ′) / (1 − ᾱ) · (1 − ᾱ / ᾱ′));  p(x′ | x) = 𝒩(√ᾱ′ · x̂₀ + √max(1 − ᾱ′ − σ², 0) · clamp(ε̂), max(σ, minStd)²)
 *
 * with ε̂ = (x − √ᾱ · x̂₀) / √(1 − ᾱ) of the clamped x̂₀. The gradient reaches η and the network; σ is at least 1e-10.
 *
 * @param x - [B, Ta, Da]
 * @param eta - a number, or a tensor that broadcasts to x, such as [B, 1, 1] or [B, 1, Da]
 * @throws RangeError unless x is a batch of chunks, eta fits it, minStd is 0 or more and the clips are above 0.
 * @see https://arxiv.org/abs/2010.02502 equation 12, and model/diffusion/diffusion_vpg.py:139-224 of the reference
 */
export function ddimTransition(
  time: DdimTime,
  denoise: Denoise,
  x: tf.Tensor3D,
  eta: number | tf.Tensor,
  options: DdimTransitionOptions = {},
): Gaussian {
  checkChunks('ddimTransition', 'x', x);
  checkDdim('ddimTransition', eta, x.shape, options);
  // An object of tensors, not a Gaussian, is what a tidy may return.
  const result: { mean: tf.Tensor3D; std: tf.Tensor } = tf.tidy(() => {
    const { mean, std } = ddimMoments(ddimCoefficients(time), denoise(x, time.time), x, eta, options);
    return { mean, std: raise(std, options.minStd ?? 0) };
  });
  return result;
}
