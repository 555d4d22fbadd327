import * as tf from '@tensorflow/tfjs';

import { clip } from './clip.ts';
import type { Denoise, Gaussian, TransitionOptions } from './transition.ts';

/** A DDIM transition before its η is known: one for all rows, or tensors [B] and [B, 1, 1] for rows at different times. */
export interface DdimTimes {
  /** t */
  readonly time: number | tf.Tensor1D;
  /** ᾱ at t */
  readonly alphaBar: number | tf.Tensor;
  /** ᾱ′ at the next time visited, 1 after the last */
  readonly nextAlphaBar: number | tf.Tensor;
}

export interface DdimTransitionOptions extends Pick<TransitionOptions, 'clipX0'> {
  /** The noise that goes with the clamped x̂₀ is itself clamped to ± this. */
  readonly clipEpsilon?: number;
}

const SMALLEST_STD = 1e-10;

/**
 * The distribution of the next chunk where η is not known beforehand but learned, so that no table of steps holds it.
 *
 * σ = η√((1 − ᾱ′) / (1 − ᾱ) · (1 − ᾱ / ᾱ′));  p(x′ | x) = 𝒩(√ᾱ′ · x̂₀ + √max(1 − ᾱ′ − σ², 0) · clamp(ε̂), σ²)
 *
 * with ε̂ = (x − √ᾱ · x̂₀) / √(1 − ᾱ) of the clamped x̂₀. The gradient reaches η and the network; σ is at least 1e-10.
 *
 * @param x - [B, Ta, Da]
 * @param eta - a number, or a tensor that broadcasts to x, such as [B, 1, 1] or [B, 1, Da]
 * @throws RangeError unless the clips are above 0.
 * @see https://arxiv.org/abs/2010.02502 equation 12, and model/diffusion/diffusion_vpg.py:139-224 of the reference
 */
export function ddimTransition(
  { time, alphaBar, nextAlphaBar }: DdimTimes,
  denoise: Denoise,
  x: tf.Tensor3D,
  eta: number | tf.Tensor,
  { clipX0 = 1, clipEpsilon = Infinity }: DdimTransitionOptions = {},
): Gaussian {
  // An object of tensors, not a Gaussian, is what a tidy may return.
  const result: { mean: tf.Tensor3D; std: tf.Tensor } = tf.tidy(() => {
    const signal = tf.sqrt(alphaBar);
    const spread = tf.sqrt(tf.sub(1, alphaBar));
    const raw = x.sub(denoise(x, time).mul(spread)).div<tf.Tensor3D>(signal);
    const x0 = clip(raw, clipX0, 'ddimTransition: clipX0');
    const noise = x.sub(x0.mul(signal)).div<tf.Tensor3D>(spread);
    const epsilon = clip(noise, clipEpsilon, 'ddimTransition: clipEpsilon');

    const share = tf.sub(1, nextAlphaBar).div(tf.sub(1, alphaBar));
    const most = share.mul(tf.sub(1, tf.div(alphaBar, nextAlphaBar))).sqrt();
    // Not `maximum`: its gradient at the floor would be 0 · ∞ through the root.
    const std = tf.mul(eta, most).clipByValue(SMALLEST_STD, Infinity);
    const direction = tf.sub(1, nextAlphaBar).sub(std.square()).clipByValue(0, Infinity).sqrt();
    return { mean: x0.mul(tf.sqrt(nextAlphaBar)).add<tf.Tensor3D>(epsilon.mul(direction)), std };
  });
  return result;
}
