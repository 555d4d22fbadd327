import * as tf from '@tensorflow/tfjs';

import { broadcasts } from './check.ts';

const HALF_LOG_2_PI = Math.log(2 * Math.PI) / 2;

/** 𝒩(mean, std²), each element on its own. */
export interface Gaussian {
  /** [B, Ta, Da] */
  readonly mean: tf.Tensor3D;
  /** One number, or a tensor that broadcasts to the mean. */
  readonly std: tf.Tensor | number;
}

/** `std`, at least `floor`; not by `maximum`, whose gradient at the floor would be 0 · ∞ through a root. */
export function raised<T extends tf.Tensor | number>(std: T, floor: number): T | number | tf.Tensor {
  if (typeof std === 'number') return Math.max(std, floor);
  return floor === 0 ? std : std.clipByValue(floor, Infinity);
}

/**
 * The log-density of each element, not summed, in nats.
 *
 * ln 𝒩(x; μ, σ²) = −(x − μ)² / (2σ²) − ln σ − ½ ln 2π
 *
 * @param x - the shape of the mean, [B, Ta, Da]
 * @throws RangeError where the shapes do not agree or are empty, or for a number std that is not above 0; a tensor std is not read.
 * @see model/diffusion/diffusion_vpg.py:319-461 of the reference
 */
export function gaussianLogProb({ mean, std }: Gaussian, x: tf.Tensor3D): tf.Tensor3D {
  if (!tf.util.arraysEqual(mean.shape, x.shape) || x.size === 0) {
    throw new RangeError(
      `gaussianLogProb: x [${x.shape.join()}], wanted the mean's shape [${mean.shape.join()}], each above 0`,
    );
  }
  if (typeof std === 'number' && !(std > 0)) {
    throw new RangeError(`gaussianLogProb: std is ${std}, wanted a number above 0`);
  }
  if (typeof std !== 'number' && !broadcasts(std.shape, x.shape)) {
    throw new RangeError(
      `gaussianLogProb: std [${std.shape.join()}], wanted one that broadcasts to x [${x.shape.join()}]`,
    );
  }
  return tf.tidy(() => {
    const precision = typeof std === 'number' ? 1 / std : std.reciprocal();
    const offset = typeof std === 'number' ? Math.log(std) + HALF_LOG_2_PI : std.log().add(HALF_LOG_2_PI);
    return x.sub(mean).mul(precision).square().mul(-0.5).sub(offset);
  });
}
