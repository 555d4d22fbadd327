import type * as tf from '@tensorflow/tfjs';

/** How much of the past a network sees. */
export interface ObservationOptions {
  /** Size of one observation, Do. */
  readonly obsDim: number;
  /** Number of observations it is given, To. */
  readonly condSteps?: number;
}

/** What a network sees, by name. A type, not an interface, to be a map of tensors. */
export type Observation = {
  /** The latest observations of B environments, the oldest first [B, To, Do]. */
  readonly state: tf.Tensor3D;
};

/** Rows [B, To·Do] of the state [B, To, Do], the oldest step first; throws for another shape and for no rows. */
export function flattenObs(
  name: string,
  { state }: Observation,
  condSteps: number,
  obsDim: number,
): tf.Tensor2D {
  const [batch, steps, dim] = state.shape;
  if (state.rank !== 3 || batch === 0 || steps !== condSteps || dim !== obsDim) {
    throw new RangeError(
      `${name}: obs.state [${state.shape.join(', ')}], wanted [B, ${condSteps}, ${obsDim}], B above 0`,
    );
  }
  return state.reshape([-1, condSteps * obsDim]);
}
