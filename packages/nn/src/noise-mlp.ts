import * as tf from '@tensorflow/tfjs';
import type { Activation } from './activation.ts';
import { checkParams, checkSizes } from './check.ts';
import type { TimedMlp } from './denoiser-mlp.ts';
import type { Network } from './network.ts';
import type { Observation } from './observation.ts';
import { initialise, shapesOf, type Starts } from './starts.ts';
import { applyTrunk, plainTrunk } from './trunk.ts';

/** Sizes and kinds of layers of a {@link noiseMlp}. */
export interface NoiseMlpOptions {
  /** The velocity network whose embedding of time and encoding of the observation it sees. */
  readonly flow: TimedMlp;
  /** K, steps of the flow. */
  readonly steps: number;
  /** How many of the last steps have a σ of their own; the others have the smallest. All by default. */
  readonly learnedSteps?: number;
  /** What it sees of the step: the velocity network's embedding of its time, a row of a table that is learned, or nothing. */
  readonly time?: 'embedding' | 'table' | 'none';
  /** Columns of that table. */
  readonly tableDim?: number;
  /** Sizes of the hidden layers; without, one of ⌊√(inputs² + (Ta·Da)²)⌋, of 16 where it sees no time. */
  readonly hidden?: readonly number[];
  /** Activation between the layers. */
  readonly activation?: Activation;
}

/** What σ is within, 0 < min ≤ max. */
export interface StdRange {
  /** Smallest σ. */
  readonly min: number | tf.Tensor;
  /** Largest σ. */
  readonly max: number | tf.Tensor;
}

/** σ [B, Ta, Da] of the noise that goes into a step, one for all rows or one for each, int32 [B]; the observation is already bound. */
export type StepNoise = (step: number | tf.Tensor1D, range: StdRange) => tf.Tensor3D;

/**
 * How much noise goes into each element of each step of a flow, learned within a range that may change while it learns.
 *
 * σₖ = σ_min^(1 − h) · σ_max^h,  h = ½(tanh(MLP[time feature of k, encoded obs]) + 1)
 *
 * `apply(params, flowParams, obs)` conditions on obs.state [B, To, Do] once. The gradient reaches the velocity network by the encoding of
 * the observation, and not by its time embedding. Call `apply` and what it returns inside one `tf.tidy`.
 *
 * @throws RangeError where the options, the parameters or the shape of obs do not fit.
 * @see https://arxiv.org/abs/2505.22094 section 4, and model/flow/mlp_flow.py:166-364 of ReinFlow, ExploreNoiseNet; same parameter names
 */
export function noiseMlp(
  options: NoiseMlpOptions,
): Network<[flowParams: tf.NamedTensorMap, obs: Observation], StepNoise> {
  const {
    flow,
    steps,
    learnedSteps = steps,
    time = 'embedding',
    tableDim = 16,
    activation = 'tanh',
  } = options;
  checkSizes('noiseMlp', { steps, learnedSteps, tableDim });
  if (learnedSteps > steps) {
    throw new RangeError(`noiseMlp: learnedSteps ${learnedSteps}, wanted at most the steps, ${steps}`);
  }
  const output = flow.chunk[0] * flow.chunk[1];
  const timeSize = { embedding: flow.timeDim, table: tableDim, none: 0 }[time];
  const input = timeSize + flow.obsSize;
  const { hidden = [time === 'none' ? 16 : Math.floor(Math.hypot(input, output))] } = options;
  checkSizes('noiseMlp', { hidden });
  const trunk = plainTrunk({ name: 'mlp_logvar', input, hidden, output, activation });
  const starts: Starts = {
    ...(time === 'table' && { [TABLE]: { shape: [steps, tableDim], std: 1 } }),
    ...trunk.starts,
  };
  /** [B or 1, timeSize] */
  const featureOf = (
    params: tf.NamedTensorMap,
    flowParams: tf.NamedTensorMap,
    step: number | tf.Tensor1D,
  ): tf.Tensor2D => {
    if (time === 'table') {
      const rows = typeof step === 'number' ? tf.tensor1d([step], 'int32') : step;
      return params[TABLE].gather(rows).reshape([-1, tableDim]);
    }
    const at = typeof step === 'number' ? step / steps : step.toFloat().div<tf.Tensor1D>(steps);
    return detached(flow.embed(flowParams, at));
  };
  return {
    shapes: shapesOf(starts),
    init: (seed) => initialise(starts, seed),
    apply: (params, flowParams, obs) => {
      checkParams('noiseMlp', starts, params);
      const rows = tf.tidy(() => flow.encode(flowParams, obs));
      const [batch] = rows.shape;
      return (step, { min, max }) =>
        tf.tidy(() => {
          const shape: [number, number, number] = [batch, ...flow.chunk];
          const first = steps - learnedSteps;
          if (typeof step === 'number' && step < first) return tf.zeros<tf.Rank.R3>(shape).add(min);
          const seen = time === 'none' ? rows : beside(featureOf(params, flowParams, step), rows);
          const own = applyTrunk(trunk, params, seen).tanh().add(1).mul(0.5).reshape<tf.Tensor3D>(shape);
          const height = typeof step === 'number' || first === 0 ? own : own.mul(sinceStep(step, first));
          const [lowest, highest] = [min, max].map((std) => tf.log(std));
          return height.mul(highest.sub(lowest)).add<tf.Tensor3D>(lowest).exp();
        });
    },
  };
}

const TABLE = 'time_embedding_explore.weight';

/** 1 for each row whose step is `first` or later, otherwise 0 [B, 1, 1]. */
function sinceStep(step: tf.Tensor1D, first: number): tf.Tensor {
  return step.greaterEqual(first).toFloat().reshape([-1, 1, 1]);
}

/** [feature, row] of each row; a single feature is for all of them. */
function beside(feature: tf.Tensor2D, rows: tf.Tensor2D): tf.Tensor2D {
  const each = feature.shape[0] === 1 ? feature.tile<tf.Tensor2D>([rows.shape[0], 1]) : feature;
  return tf.concat2d([each, rows], 1);
}

/** The same numbers, through which no gradient flows. */
function detached(x: tf.Tensor2D): tf.Tensor2D {
  return tf.customGrad(() => ({ value: x.clone(), gradFunc: (dy: tf.Tensor2D) => tf.zerosLike(dy) }))(x);
}
