import * as tf from '@tensorflow/tfjs';

import { checkLimits, ofShape } from './check.ts';
import type { Mixture } from './prediction.ts';
import { clip, type Denoise } from './sampler.ts';

/** What a guide is told at one step. */
export interface GuidedStep {
  /** x̂₀ [B, Ta, Da], clamped. */
  readonly clean: tf.Tensor3D;
  /** What x is made of. */
  readonly mixture: Mixture;
  /** vᵀ · ∂x̂₀/∂x [B, Ta, Da] through the network, of x̂₀ before the clamp, for `v` [B, Ta, Da]. */
  readonly pullback: (v: tf.Tensor3D) => tf.Tensor3D;
}

/**
 * The clean chunk x̂₀′ [B, Ta, Da] that a `step` goes on with in place of its own, clamped as that; called inside `tf.tidy`. What it
 * leaves as it is, the sampler leaves as it is to the bit.
 */
export type Guide = (step: GuidedStep) => tf.Tensor3D;

/** The chunk that a sample is pulled towards. */
export interface Target {
  /** Y [B, Ta, Da]; finite also where its weight is 0. */
  readonly chunk: tf.Tensor3D;
  /** W of each action, 0 … 1, in a shape that broadcasts to chunks, such as [1, Ta, 1]. */
  readonly weights: tf.Tensor3D;
  /** β, bound of the pull: the smaller, the nearer to the sample that nothing pulls. 5 in the paper. */
  readonly maxWeight: number;
}

/**
 * Real-time chunking: the sample agrees with a chunk that is already under way, as far as the network finds that likely.
 *
 * x̂₀′ = x̂₀ + min(β · b, b² / (a · r²)) · (W ⊙ (Y − x̂₀))ᵀ · ∂x̂₀/∂x,  r² = b² / (a² + b²)
 *
 * with a and b of `Mixture`: pseudoinverse guidance (ΠGDM), the likelihood score of Y under x₀ | x ~ 𝒩(x̂₀, r²), which is exact where
 * the actions are standard normal. For a flow, a = τ and b = 1 − τ, it is the paper's velocity
 * v′ = v + min(β, (1 − τ) / (τ · r_τ²)) · …, since x̂₁′ = x + (1 − τ) · v′; for a diffusion, a² + b² = 1, the weight is min(β√(1 − ᾱ), 1/√ᾱ).
 *
 * @throws RangeError unless maxWeight is above 0 and finite
 * @see https://arxiv.org/abs/2506.07339 equations 2 to 4, and https://openreview.net/forum?id=9_gsMA8MRKQ algorithm 1
 */
export function pseudoinverseGuide({ chunk, weights, maxWeight }: Target): Guide {
  checkLimits('pseudoinverseGuide', { maxWeight });
  if (maxWeight === Infinity) {
    throw new RangeError('pseudoinverseGuide: maxWeight is Infinity, wanted a finite number');
  }
  return ({ clean, mixture: { signal, noise }, pullback }) => {
    const weight = Math.min(maxWeight * noise, (signal ** 2 + noise ** 2) / signal);
    const pull = pullback(chunk.sub(clean).mul(weights));
    return clean.add(pull.mul(weight));
  };
}

/** What the network would have to answer for x̂₀ to be what `guide` makes of it. */
export function guidedOutput(
  guide: Guide,
  mixture: Mixture,
  { denoise, x, time, output }: { denoise: Denoise; x: tf.Tensor3D; time: number; output: tf.Tensor3D },
): tf.Tensor3D {
  const { xScale, outputScale, clipX0 } = mixture;
  const told = (answer: tf.Tensor3D): tf.Tensor3D => x.mul<tf.Tensor3D>(xScale).add(answer.mul(outputScale));
  const free = told(output);
  const clean = clip(free, clipX0);
  const pullback = (v: tf.Tensor3D): tf.Tensor3D => {
    const [pulled] = tf.engine().gradients(() => told(denoise(x, time)), [x], v).grads;
    return pulled.reshape(x.shape);
  };
  const wanted = ofShape('guide', guide({ clean, mixture, pullback }), x.shape);
  const moved = output.add<tf.Tensor3D>(wanted.sub(free).div(outputScale));
  return tf.where<tf.Tensor3D>(wanted.notEqual(clean), moved, output);
}
