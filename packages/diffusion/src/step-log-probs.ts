import * as tf from '@tensorflow/tfjs';

import { checkChunks } from './check.ts';
import { logDensity, stepDensities } from './log-prob.ts';
import type { DenoiseStep } from './steps.ts';
import {
  checkOptions,
  coefficients,
  posteriorMean,
  type Denoise,
  type TransitionOptions,
} from './transition.ts';

/** Rows of chains, each at a step of its own. */
export interface Transitions {
  /** xₖ [B, Ta, Da] */
  readonly previous: tf.Tensor3D;
  /** xₖ₋₁ [B, Ta, Da] */
  readonly next: tf.Tensor3D;
  /** Which of the steps led from previous to next [B]; an int32 tensor is not checked. */
  readonly index: Int32Array | tf.Tensor1D;
}

/**
 * The log-density of each element of each row's transition, in nats: [B, Ta, Da].
 *
 * ln p(next[b] | previous[b]) under `steps[index[b]]`; the gradient reaches the network's parameters.
 *
 * @throws RangeError where shapes disagree, an index in a host array is not that of a step, or a step's std or clipX0 is not above 0.
 * @see model/diffusion/diffusion_vpg.py:397-461 of the reference
 */
export function stepLogProbs(
  denoise: Denoise,
  { previous, next, index }: Transitions,
  steps: readonly DenoiseStep[],
  options: TransitionOptions = {},
): tf.Tensor3D {
  checkTransitions('stepLogProbs', { previous, next, index }, steps.length);
  const [batch] = previous.shape;
  const densities = stepDensities(steps, 'stepLogProbs');
  checkOptions('stepLogProbs', options);
  return tf.tidy(() => {
    const indices = index instanceof Int32Array ? tf.tensor1d(index, 'int32') : index;
    const table = steps.map((step, j) => {
      const { xScale, noiseScale, x0Coef, xCoef } = coefficients(step);
      return [xScale, noiseScale, x0Coef, xCoef, densities[j].precision, densities[j].offset];
    });
    const ofRows = tf.tensor2d(table).gather<tf.Tensor2D>(indices).reshape<tf.Tensor4D>([batch, 1, 1, 6]);
    const [xScale, noiseScale, x0Coef, xCoef, precision, offset] = ofRows.unstack(-1);
    const times = tf.tensor1d(
      steps.map((step) => step.time),
      'int32',
    );
    const output = denoise(previous, times.gather(indices));
    const mean = posteriorMean({ xScale, noiseScale, x0Coef, xCoef }, output, previous, options);
    return logDensity({ precision, offset }, mean, next);
  });
}

/** Throws unless the chunks are as many and as large as one another and the indices, and those in a host array are of steps. */
export function checkTransitions(
  caller: string,
  { previous, next, index }: Transitions,
  steps: number,
): void {
  checkChunks(caller, 'previous', previous);
  const rows = index instanceof Int32Array ? index.length : index.size;
  if (!tf.util.arraysEqual(previous.shape, next.shape) || rows !== previous.shape[0]) {
    throw new RangeError(
      `${caller}: previous [${previous.shape.join()}], next [${next.shape.join()}], index [${rows}] do not agree`,
    );
  }
  const wrong = index instanceof Int32Array ? index.find((j) => j < 0 || j >= steps) : undefined;
  if (wrong !== undefined) {
    throw new RangeError(`${caller}: index ${wrong} is not that of one of ${steps} steps`);
  }
}
