import type * as tf from '@tensorflow/tfjs';

/** How much of the past a network sees. */
export interface ObservationOptions {
  /** Size of one observation, Do. */
  readonly obsDim: number;
  /** Number of observations it is given, To. */
  readonly condSteps?: number;
}

/** Rows [B, To·Do] of obs [B, To, Do], the oldest step first; throws for another shape and for no rows. */
export function flattenObs(name: string, obs: tf.Tensor3D, condSteps: number, obsDim: number): tf.Tensor2D {
  const [batch, steps, dim] = obs.shape;
  if (obs.rank !== 3 || batch === 0 || steps !== condSteps || dim !== obsDim) {
    throw new RangeError(
      `${name}: obs [${obs.shape.join(', ')}], wanted [B, ${condSteps}, ${obsDim}], B above 0`,
    );
  }
  return obs.reshape([-1, condSteps * obsDim]);
}
