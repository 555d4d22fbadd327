import * as tf from '@tensorflow/tfjs';
import { activate, type Activation } from './activation.ts';
import { checkChunk, checkParams, checkSizes } from './check.ts';
import { conditioner } from './conditioner.ts';
import { mlpDefaults } from './defaults.ts';
import { linear } from './layers.ts';
import type { Denoise, Network } from './network.ts';
import { flattenObs, type Observation, type ObservationOptions } from './observation.ts';
import { initialise, linearStarts, shapesOf } from './starts.ts';
import { timeEmbedding } from './time-embedding.ts';
import { applyTrunk, plainTrunk, residualTrunk } from './trunk.ts';

/** Sizes and kinds of layers of a {@link denoiserMlp}. */
export interface DenoiserMlpOptions extends ObservationOptions {
  /** Size of one action, Da. */
  readonly actionDim: number;
  /** Actions in a chunk, Ta. */
  readonly horizonSteps: number;
  /** Size of the time embedding; even, at least 4. */
  readonly timeDim?: number;
  /** Sizes of the hidden layers. */
  readonly hidden?: readonly number[];
  /** Activation between the layers. */
  readonly activation?: Activation;
  /** Activation of the predicted noise. */
  readonly outActivation?: Activation;
  /** Residual blocks (an odd number of equal hidden sizes) in place of a plain stack. */
  readonly residual?: boolean;
  /** Whether layers are normalised. */
  readonly layerNorm?: boolean;
  /** Layers of a network that the observation passes first. */
  readonly condHidden?: readonly number[];
}

/**
 * The denoiser ε(x, t, obs) as a multilayer perceptron of [x, time embedding, obs] in one row.
 *
 * `apply(params, obs)` conditions on obs.state [B, To, Do] once; the function that it returns predicts the noise in
 * x [B, Ta, Da] as often as asked. Call `apply` inside a `tf.tidy` and the returned function within the same one: what
 * `apply` has computed of the observation lives there.
 *
 * @throws RangeError where the options, the parameters or the shape of obs, x or time do not fit.
 * @see model/diffusion/mlp_diffusion.py:174-250 of the reference, DiffusionMLP; same parameter names
 */
export function denoiserMlp(options: DenoiserMlpOptions): Network<[obs: Observation], Denoise> {
  return timedMlp('denoiserMlp', options);
}

/** A network of chunk, time and observation, and what it makes of each of the latter two, which others may share. */
export interface TimedMlp extends Network<[obs: Observation], Denoise> {
  /** Columns of what `embed` gives. */
  readonly timeDim: number;
  /** Columns of what `encode` gives. */
  readonly obsSize: number;
  /** [Ta, Da] of the chunks. */
  readonly chunk: readonly [horizonSteps: number, actionDim: number];
  /** What `params` embed `time` in [B, timeDim], or [1, timeDim] where it is a number. */
  embed(params: tf.NamedTensorMap, time: tf.Tensor1D | number): tf.Tensor2D;
  /** The observation as the network's body is given it [B, obsSize], through the layers of `params` that it passes first; checks all of them. */
  encode(params: tf.NamedTensorMap, obs: Observation): tf.Tensor2D;
}

/** {@link denoiserMlp} by the name of whoever makes one. */
export function timedMlp(
  caller: string,
  {
    obsDim,
    actionDim,
    horizonSteps,
    condSteps = 1,
    timeDim = mlpDefaults.timeDim,
    hidden = mlpDefaults.hidden,
    activation = mlpDefaults.activation,
    outActivation = mlpDefaults.outActivation,
    residual = mlpDefaults.residual,
    layerNorm = mlpDefaults.layerNorm,
    condHidden = mlpDefaults.condHidden,
  }: DenoiserMlpOptions,
): TimedMlp {
  checkSizes(caller, { obsDim, actionDim, horizonSteps, condSteps, hidden, condHidden });
  if (!(timeDim >= 4 && timeDim % 2 === 0)) {
    throw new RangeError(`${caller}: timeDim ${timeDim}, wanted an even number ≥ 4`);
  }
  const chunk = horizonSteps * actionDim;
  const condition = conditioner(plainTrunk, condSteps * obsDim, condHidden, activation);
  const trunk = (residual ? residualTrunk : plainTrunk)({
    name: 'mlp_mean',
    input: chunk + timeDim + condition.size,
    hidden,
    output: chunk,
    activation,
    outActivation,
    layerNorm,
  });
  const starts = {
    ...linearStarts('time_embedding.1', timeDim, 2 * timeDim),
    ...linearStarts('time_embedding.3', 2 * timeDim, timeDim),
    ...condition.starts,
    ...trunk.starts,
  };
  const embed = (params: tf.NamedTensorMap, time: tf.Tensor1D | number): tf.Tensor2D => {
    const widened = linear(params, 'time_embedding.1', timeEmbedding(time, timeDim));
    return linear(params, 'time_embedding.3', activate(widened, 'mish'));
  };
  const encode = (params: tf.NamedTensorMap, obs: Observation): tf.Tensor2D => {
    checkParams(caller, starts, params);
    return condition.apply(params, flattenObs(caller, obs, condSteps, obsDim));
  };
  // W·[x, t, o] = Wx·x + Wt·t + Wo·o: what depends on the observation alone is computed when it is bound.
  const bind = (params: tf.NamedTensorMap, obs: Observation) => {
    const rows = encode(params, obs);
    const weight = params[`${trunk.first}.weight`];
    const [wx, wt, wo] = tf.split(weight, [chunk, timeDim, condition.size], 1);
    const fromObs = tf.matMul(rows, wo, false, true).add<tf.Tensor2D>(params[`${trunk.first}.bias`]);
    return { rows, wx, wt, fromObs };
  };
  return {
    timeDim,
    obsSize: condition.size,
    chunk: [horizonSteps, actionDim],
    embed,
    encode,
    shapes: shapesOf(starts),
    init: (seed) => initialise(starts, seed),
    apply: (params, obs) => {
      const { rows, wx, wt, fromObs } = tf.tidy(() => bind(params, obs));
      return (x, time) =>
        tf.tidy(() => {
          checkChunk(x, time, [obs.state.shape[0], horizonSteps, actionDim]);
          const flat = x.reshape<tf.Tensor2D>([-1, chunk]);
          const embedded = embed(params, time);
          if (typeof time !== 'number') {
            // Large batches: one wide product costs less memory traffic than three narrow ones and their sum.
            return applyTrunk(trunk, params, tf.concat2d([flat, embedded, rows], 1)).reshape(x.shape);
          }
          const fromTime = tf.matMul(embedded, wt, false, true);
          const first = tf.matMul(flat, wx, false, true).add<tf.Tensor2D>(fromTime).add<tf.Tensor2D>(fromObs);
          return trunk.rest(params, first).reshape(x.shape);
        });
    },
  };
}
