import * as tf from '@tensorflow/tfjs';
import type { Activation } from './activation.ts';
import { checkParams, checkSizes } from './check.ts';
import type { Network } from './network.ts';
import { flattenObs, type Observation, type ObservationOptions } from './observation.ts';
import { initialise, shapesOf } from './starts.ts';
import { applyTrunk, plainTrunk, residualTrunk } from './trunk.ts';

/** Sizes and kinds of layers of a {@link valueMlp}. */
export interface ValueMlpOptions extends ObservationOptions {
  /** Sizes of the hidden layers. */
  readonly hidden?: readonly number[];
  /** Activation between the layers. */
  readonly activation?: Activation;
  /** Residual blocks (an odd number of equal hidden sizes) in place of a plain stack. */
  readonly residual?: boolean;
  /** Whether layers are normalised. */
  readonly layerNorm?: boolean;
}

/**
 * The state value V(obs) [B] as a multilayer perceptron of obs.state [B, To, Do] in one row.
 *
 * @throws RangeError where the options, the parameters or the shape of obs do not fit.
 * @see model/common/critic.py:15-54 of the reference, CriticObs; same parameter names
 */
export function valueMlp({
  obsDim,
  condSteps = 1,
  hidden = [256, 256, 256],
  activation = 'mish',
  residual = true,
  layerNorm = false,
}: ValueMlpOptions): Network<[obs: Observation], tf.Tensor1D> {
  checkSizes('valueMlp', { obsDim, condSteps, hidden });
  const trunk = (residual ? residualTrunk : plainTrunk)({
    name: 'Q1',
    input: condSteps * obsDim,
    hidden,
    output: 1,
    activation,
    layerNorm,
  });
  return {
    shapes: shapesOf(trunk.starts),
    init: (seed) => initialise(trunk.starts, seed),
    apply: (params, obs) => {
      checkParams('valueMlp', trunk.starts, params);
      return tf.tidy(() =>
        applyTrunk(trunk, params, flattenObs('valueMlp', obs, condSteps, obsDim)).reshape([-1]),
      );
    },
  };
}
