import * as tf from '@tensorflow/tfjs';

import { broadcasts } from './check.ts';
import type { DenoiseStep } from './steps.ts';
import type { Gaussian } from './transition.ts';

const HALF_LOG_2_PI = Math.log(2 * Math.PI) / 2;

/** The two numbers of 𝒩(·, std²) that its log-density needs: −((x − μ) · precision)² / 2 − offset. */
export interface Density<T extends number | tf.Tensor = number> {
  /** 1/σ */
  readonly precision: T;
  /** ln σ + ½ ln 2π */
  readonly offset: T;
}

/** Density numbers of each step; a step without noise has none. */
export function stepDensities(steps: readonly DenoiseStep[], caller: string): Density[] {
  if (steps.length === 0) throw new RangeError(`${caller}: got no steps, wanted at least 1`);
  return steps.map(({ std }, i) => {
    if (!(std > 0)) {
      throw new RangeError(`${caller}: step ${i} has std ${std}, wanted a number above 0 (see withMinStd)`);
    }
    return { precision: 1 / std, offset: Math.log(std) + HALF_LOG_2_PI };
  });
}

/** −((x − μ) · precision)² / 2 − offset */
export function logDensity<T extends tf.Tensor>(
  { precision, offset }: Density<number | tf.Tensor>,
  mean: T,
  x: T,
): T {
  return x.sub(mean).mul(precision).square().mul(-0.5).sub(offset);
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
      `gaussianLogProb: x [${x.shape.join()}] is not of the mean's shape [${mean.shape.join()}], or empty`,
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
    const density =
      typeof std === 'number'
        ? { precision: 1 / std, offset: Math.log(std) + HALF_LOG_2_PI }
        : { precision: std.reciprocal(), offset: std.log().add(HALF_LOG_2_PI) };
    return logDensity(density, mean, x);
  });
}
