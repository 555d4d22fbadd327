import * as tf from '@tensorflow/tfjs';
import { activate, type Activation } from './activation.ts';
import { checkChunk, checkParams, checkSizes } from './check.ts';
import { conditioner } from './conditioner.ts';
import { channelsLast, conv1d, double1d, halve1d } from './conv.ts';
import { unetDefaults } from './defaults.ts';
import { linear } from './layers.ts';
import type { Denoise, Network } from './network.ts';
import { flattenObs, type Observation, type ObservationOptions } from './observation.ts';
import { convStarts, initialise, linearStarts, shapesOf, type Starts } from './starts.ts';
import { timeEmbedding } from './time-embedding.ts';
import { residualTrunk } from './trunk.ts';
import { type BlockStyle, convBlock, residualBlock } from './unet-block.ts';

/** Sizes and kinds of layers of a {@link unet1d}. */
export interface Unet1dOptions extends ObservationOptions {
  /** Size of one action, Da. */
  readonly actionDim: number;
  /** Actions in a chunk, Ta; divisible by 2^(levels − 1). */
  readonly horizonSteps: number;
  /** Channels of the first level. */
  readonly dim?: number;
  /** Channels of each level in multiples of `dim`, the first 1. */
  readonly dimMults?: readonly number[];
  /** Size of the time embedding; even, at least 4. */
  readonly timeDim?: number;
  /** Length of the convolutions; odd. */
  readonly kernelSize?: number;
  /** Groups of each group norm; none without. */
  readonly groups?: number;
  /** ε, added to the variance in each group norm. */
  readonly groupNormEpsilon?: number;
  /** Activation between the layers. */
  readonly activation?: Activation;
  /** `offset` adds what the encoded condition says, `film` scales by it too. */
  readonly conditioning?: 'offset' | 'film';
  /** Linear layers of each block's encoder of the condition; with condHidden 1, otherwise 3. */
  readonly encoderLayers?: 1 | 3;
  /** Layers of a residual network that the observation passes first: an odd number of equal sizes, then the size it ends with. */
  readonly condHidden?: readonly number[];
}

/**
 * The denoiser ε(x, t, obs) as a one-dimensional U-Net along the chunk, conditioned on time and observation in every block.
 *
 * `apply(params, obs)` conditions on obs.state [B, To, Do] once; the function that it returns predicts the noise in
 * x [B, Ta, Da] as often as asked. Call `apply` inside a `tf.tidy` and the returned function within the same one: the
 * filters and what `apply` has computed of the observation live there.
 *
 * @throws RangeError where the options, the parameters or the shape of obs, x or time do not fit.
 * @see model/diffusion/unet.py:121-327 of the reference, Unet1D; same parameter names
 */
export function unet1d(options: Unet1dOptions): Network<[obs: Observation], Denoise> {
  const { obsDim, actionDim, horizonSteps, condSteps = 1 } = options;
  const { timeDim = unetDefaults.timeDim, activation = unetDefaults.activation } = options;
  const { condHidden = unetDefaults.condHidden } = options;
  checkOptions(options);
  const condition = conditioner(residualTrunk, condSteps * obsDim, condHidden, activation);
  const net = body(options, timeDim + condition.size);
  const starts: Starts = {
    ...linearStarts('time_mlp.1', timeDim, 4 * timeDim),
    ...linearStarts('time_mlp.3', 4 * timeDim, timeDim),
    ...condition.starts,
    ...net.starts,
  };
  const embed = (params: tf.NamedTensorMap, time: tf.Tensor1D | number): tf.Tensor2D => {
    const widened = linear(params, 'time_mlp.1', timeEmbedding(time, timeDim));
    return linear(params, 'time_mlp.3', activate(widened, 'mish'));
  };
  return {
    shapes: shapesOf(starts),
    init: (seed) => initialise(starts, seed),
    apply: (params, obs) => {
      checkParams('unet1d', starts, params);
      const bound = tf.tidy(() => ({
        params: channelsLast(params),
        rows: condition.apply(params, flattenObs('unet1d', obs, condSteps, obsDim)),
      }));
      return (x, time) =>
        tf.tidy(() => {
          checkChunk(x, time, [obs.state.shape[0], horizonSteps, actionDim]);
          const embedded = embed(params, time);
          const times =
            typeof time === 'number' ? embedded.tile<tf.Tensor2D>([obs.state.shape[0], 1]) : embedded;
          return net.apply(bound.params, x, tf.concat2d([times, bound.rows], 1));
        });
    },
  };
}

/** The blocks down, across and up again; `condDim` is the size of the conditioning vector. */
function body(options: Unet1dOptions, condDim: number) {
  const { actionDim, dim = unetDefaults.dim, dimMults = unetDefaults.dimMults } = options;
  const { condHidden = unetDefaults.condHidden } = options;
  const style: BlockStyle = {
    kernel: options.kernelSize ?? unetDefaults.kernelSize,
    groups: options.groups,
    epsilon: options.groupNormEpsilon ?? 1e-5,
    activation: options.activation ?? unetDefaults.activation,
    condDim,
    encoderLayers: options.encoderLayers ?? (condHidden.length > 0 ? 1 : 3),
    modulation: (options.conditioning ?? unetDefaults.conditioning) === 'film' ? 2 : 1,
  };
  const sizes = [actionDim, ...dimMults.map((mult) => dim * mult)];
  const last = dimMults.length - 1;
  const pair = (name: string, input: number, output: number) => [
    residualBlock(`${name}.0`, { input, output }, style),
    residualBlock(`${name}.1`, { input: output, output }, style),
  ];
  const downs = dimMults.map((_, i) => pair(`down_modules.${i}`, sizes[i], sizes[i + 1]));
  const middle = pair('mid_modules', sizes[last + 1], sizes[last + 1]);
  const ups = dimMults
    .slice(1)
    .map((_, i) => pair(`up_modules.${i}`, 2 * sizes[last + 1 - i], sizes[last - i]));
  const final = convBlock('final_conv.0', { input: dim, output: dim }, style);
  const samplers: Starts = {};
  for (let i = 0; i < last; i++) {
    Object.assign(samplers, convStarts(`down_modules.${i}.2.conv`, sizes[i + 1], sizes[i + 1], 3));
    Object.assign(samplers, convStarts(`up_modules.${i}.2.conv`, sizes[last - i], sizes[last - i], 4));
  }
  const starts = [...downs, middle, ...ups].flat().map((block) => block.starts);
  const apply = (params: tf.NamedTensorMap, x: tf.Tensor3D, condition: tf.Tensor2D): tf.Tensor3D => {
    let h = x;
    const skips: tf.Tensor3D[] = [];
    for (const [i, blocks] of downs.entries()) {
      for (const block of blocks) h = block.apply(params, h, condition);
      skips.push(h);
      if (i < last) h = halve1d(params, `down_modules.${i}.2.conv`, h);
    }
    for (const block of middle) h = block.apply(params, h, condition);
    for (const [i, blocks] of ups.entries()) {
      h = tf.concat3d([h, skips[last - i]], 2);
      for (const block of blocks) h = block.apply(params, h, condition);
      h = double1d(params, `up_modules.${i}.2.conv`, h);
    }
    return conv1d(params, 'final_conv.1', final.apply(params, h, condition));
  };
  const all: Starts = Object.assign(
    {},
    ...starts,
    samplers,
    final.starts,
    convStarts('final_conv.1', dim, actionDim, 1),
  );
  return { starts: all, apply };
}

function checkOptions(options: Unet1dOptions): void {
  const {
    horizonSteps,
    dim = unetDefaults.dim,
    dimMults = unetDefaults.dimMults,
    kernelSize = unetDefaults.kernelSize,
    timeDim = unetDefaults.timeDim,
    groups = 1,
  } = options;
  const { obsDim, actionDim, condSteps = 1, condHidden = unetDefaults.condHidden } = options;
  checkSizes('unet1d', { obsDim, actionDim, condSteps, horizonSteps, dim, dimMults, groups, condHidden });
  const factor = 2 ** (dimMults.length - 1);
  check(dimMults[0] === 1, `dimMults [${dimMults.join(', ')}]`, 'the first to be 1');
  check(horizonSteps % factor === 0, `horizonSteps ${horizonSteps}`, `a multiple of ${factor}`);
  check(kernelSize % 2 === 1, `kernelSize ${kernelSize}`, 'an odd number');
  check(dim % groups === 0, `groups ${groups}`, `a divisor of dim ${dim}`);
  check(timeDim >= 4 && timeDim % 2 === 0, `timeDim ${timeDim}`, 'an even number ≥ 4');
}

function check(fits: boolean, got: string, wanted: string): void {
  if (!fits) throw new RangeError(`unet1d: ${got}, wanted ${wanted}`);
}
