import * as tf from '@tensorflow/tfjs';

import { checkChain } from './check.ts';
import { logDensity, stepDensities, type Density } from './log-prob.ts';
import type { DenoiseStep } from './steps.ts';
import {
  checkOptions,
  coefficients,
  posteriorMean,
  type Denoise,
  type TransitionOptions,
} from './transition.ts';

/** ln p of a chain [B, S + 1, Ta, Da], given the mean of each of its S transitions. */
export function logProbsOfChain(
  chain: tf.Tensor4D,
  means: tf.Tensor3D[],
  densities: readonly Density[],
): tf.Tensor4D {
  const shape: [number, number, number, number] = [1, densities.length, 1, 1];
  const precision = tf.tensor4d(
    densities.map((density) => density.precision),
    shape,
  );
  const offset = tf.tensor4d(
    densities.map((density) => density.offset),
    shape,
  );
  const next = chain.slice([0, 1], [-1, densities.length]);
  return logDensity({ precision, offset }, means[0].stack<tf.Tensor4D>(means.slice(1), 1), next);
}

/**
 * The log-density of every element of every transition of whole chains, in nats: [B, S, Ta, Da].
 *
 * ln p(chain[:, j + 1] | chain[:, j]) under `steps[j]`
 *
 * @param chain - [B, S + 1, Ta, Da], noisiest first, as `sampleChain` returns it
 * @throws RangeError unless the chain is one longer than the steps, at least 1, each step's std and clipX0 are above 0.
 * @see model/diffusion/diffusion_vpg.py:319-395 of the reference
 */
export function chainLogProbs(
  denoise: Denoise,
  chain: tf.Tensor4D,
  steps: readonly DenoiseStep[],
  options: TransitionOptions = {},
): tf.Tensor4D {
  const densities = stepDensities(steps, 'chainLogProbs');
  checkChain('chainLogProbs', chain, steps.length);
  checkOptions('chainLogProbs', options);
  return tf.tidy(() => {
    const previous = chain.unstack<tf.Tensor3D>(1);
    const means = steps.map((step, j) =>
      posteriorMean(coefficients(step), denoise(previous[j], step.time), previous[j], options),
    );
    return logProbsOfChain(chain, means, densities);
  });
}
