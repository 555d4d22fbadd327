import * as tf from '@tensorflow/tfjs';

import { checkChunks } from './check.ts';
import type { Schedule } from './schedule.ts';

/** Chunks, the noise to put into them, and how far into the forward process each is to be taken. */
export interface NoisyActions {
  /** x₀ [B, Ta, Da] */
  readonly actions: tf.Tensor3D;
  /** Standard normal ε [B, Ta, Da] */
  readonly noise: tf.Tensor3D;
  /** t [B]: int32 in [0, K) of a schedule; of a flow in [0, 1], from the noise to the action. */
  readonly time: tf.Tensor1D;
}

/**
 * The forward process: chunks with as much noise in them as they have at their times [B, Ta, Da].
 *
 * xₜ = √ᾱₜ · x₀ + √(1 − ᾱₜ) · ε
 *
 * @throws RangeError where the batch is empty or the shapes disagree; the times are not read.
 * @see https://arxiv.org/abs/2006.11239 equation 4
 */
export function addNoise({ actions, noise, time }: NoisyActions, { alphaBars }: Schedule): tf.Tensor3D {
  checkNoisy('addNoise', { actions, noise, time });
  return tf.tidy(() => {
    const table = Array.from(alphaBars, (alphaBar) => [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)]);
    const ofRows = tf.tensor2d(table).gather<tf.Tensor2D>(time).reshape<tf.Tensor4D>([time.size, 1, 1, 2]);
    const [signal, spread] = ofRows.unstack(-1);
    return actions.mul(signal).add(noise.mul(spread));
  });
}

/** Throws unless the batch holds as many chunks as noises as times. */
export function checkNoisy(caller: string, { actions, noise, time }: NoisyActions): void {
  checkChunks(caller, 'actions', actions);
  if (!tf.util.arraysEqual(actions.shape, noise.shape) || time.shape.join() !== String(actions.shape[0])) {
    throw new RangeError(
      `${caller}: actions [${actions.shape.join()}], noise [${noise.shape.join()}], time [${time.shape.join()}] do not agree, wanted [B, Ta, Da] twice and [B]`,
    );
  }
}
