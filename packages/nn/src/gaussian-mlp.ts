import * as tf from '@tensorflow/tfjs';
import type { Activation } from './activation.ts';
import { checkParams, checkSizes } from './check.ts';
import type { Network } from './network.ts';
import { flattenObs, type Observation, type ObservationOptions } from './observation.ts';
import { initialise, shapesOf, type Starts } from './starts.ts';
import { applyTrunk, plainTrunk, residualTrunk } from './trunk.ts';

/** Sizes and kinds of layers of a {@link gaussianMlp}. */
export interface GaussianMlpOptions extends ObservationOptions {
  /** Size of one action, Da. */
  readonly actionDim: number;
  /** Actions in a chunk, Ta. */
  readonly horizonSteps: number;
  /** Sizes of the hidden layers. */
  readonly hidden?: readonly number[];
  /** Activation between the layers. */
  readonly activation?: Activation;
  /** Residual blocks (an odd number of equal hidden sizes) in place of a plain stack. */
  readonly residual?: boolean;
  /** Whether layers are normalised. */
  readonly layerNorm?: boolean;
  /** Standard deviation that `init` starts from. */
  readonly fixedStd?: number;
  /** Smallest σ. */
  readonly minStd?: number;
  /** Largest σ. */
  readonly maxStd?: number;
}

/** A diagonal Gaussian over chunks of actions. */
export interface ChunkGaussian {
  /** μ [B, Ta, Da], within ±1. */
  readonly mean: tf.Tensor3D;
  /** σ [1, 1, Da], the same for all observations and actions of the chunk. */
  readonly std: tf.Tensor3D;
}

/**
 * A Gaussian policy whose mean is tanh(MLP(obs)) for obs.state [B, To, Do] and whose log-variance is one learned number per
 * action dimension: σ = exp(½·clip(logvar, ln minStd², ln maxStd²)).
 *
 * @throws RangeError where the options, the parameters or the shape of obs do not fit.
 * @see model/common/mlp_gaussian.py:181-282 of the reference, Gaussian_MLP with fixed_std and learn_fixed_std; same parameter names,
 * less the constants logvar_min and logvar_max
 */
export function gaussianMlp({
  obsDim,
  actionDim,
  horizonSteps,
  condSteps = 1,
  hidden = [256, 256, 256],
  activation = 'mish',
  residual = true,
  layerNorm = false,
  fixedStd = 0.1,
  minStd = 0.01,
  maxStd = 1,
}: GaussianMlpOptions): Network<[obs: Observation], ChunkGaussian> {
  checkSizes('gaussianMlp', { obsDim, actionDim, horizonSteps, condSteps, hidden });
  if (!(minStd > 0 && minStd <= fixedStd && fixedStd <= maxStd)) {
    throw new RangeError(
      `gaussianMlp: minStd ${minStd}, fixedStd ${fixedStd}, maxStd ${maxStd}, wanted 0 < minStd ≤ fixedStd ≤ maxStd`,
    );
  }
  const trunk = (residual ? residualTrunk : plainTrunk)({
    name: 'mlp_mean',
    input: condSteps * obsDim,
    hidden,
    output: horizonSteps * actionDim,
    activation,
    outActivation: 'tanh',
    layerNorm,
  });
  const starts: Starts = { ...trunk.starts, logvar: { shape: [actionDim], value: 2 * Math.log(fixedStd) } };
  return {
    shapes: shapesOf(starts),
    init: (seed) => initialise(starts, seed),
    apply: (params, obs) => {
      checkParams('gaussianMlp', starts, params);
      return tf.tidy(() => {
        const rows = flattenObs('gaussianMlp', obs, condSteps, obsDim);
        const mean = applyTrunk(trunk, params, rows).reshape<tf.Tensor3D>([-1, horizonSteps, actionDim]);
        const logVar = params.logvar.clipByValue(2 * Math.log(minStd), 2 * Math.log(maxStd));
        return { mean, std: logVar.mul(0.5).exp().reshape<tf.Tensor3D>([1, 1, actionDim]) };
      });
    },
  };
}
