import * as tf from '@tensorflow/tfjs';

import { broadcasts, checkLimits, checkStds, ofShape } from './check.ts';
import type { Gaussian } from './gaussian.ts';
import { checkPrediction, type Mixture, mixtureOf, type PredictionOptions, scales } from './prediction.ts';
import type { DdimTime, DenoiseStep } from './steps.ts';

/** The network's output for noisy chunks x [B, Ta, Da] at `time`, one for all rows or one for each [B]; the observation is already bound. */
export type Denoise = (x: tf.Tensor3D, time: tf.Tensor1D | number) => tf.Tensor3D;

/** K Gaussian transitions p(x′ | x), noisiest first: when the network is asked, and what its answer makes of x. */
export interface Sampler {
  /** What the network is told at each step [K]. */
  readonly times: readonly number[];
  /** Standard deviation of each step, where it is known beforehand [K]. */
  readonly stds?: readonly number[];
  /** What the chunk of each step is made of [K]; without it no `guide` can be followed. */
  readonly mixtures?: readonly Mixture[];
  /**
   * Mean and standard deviation of the next chunk, from the network's `output` and `x` [B, Ta, Da], at one `step` for all rows or at
   * one for each, int32 [B]; called inside `tf.tidy`.
   */
  moments(step: number | tf.Tensor1D, output: tf.Tensor3D, x: tf.Tensor3D): Gaussian;
}

/** What bounds a step of DDIM. */
export interface DdimOptions extends PredictionOptions {
  /**
   * Which noise goes with the clamped x̂₀: the one that it implies, ε̂ = (x − √ᾱ · x̂₀) / √(1 − ᾱ), as the reference has it, or the one that
   * the network predicted, as DDIMScheduler of diffusers has it.
   */
  readonly direction?: 'implied' | 'predicted';
  /** The noise that goes with the clamped x̂₀ is itself clamped to ± this. */
  readonly clipEpsilon?: number;
}

/**
 * DDPM, or DDIM with any fixed η, from its table of numbers.
 *
 * mean = x0Coef · x̂₀ + xCoef · x,  x̂₀ = clamp((x − √(1 − ᾱ) · ε̂) / √ᾱ)
 *
 * @param steps - as `ddpmSteps` or `ddimSteps` gives them
 * @throws RangeError unless each step's std is finite and 0 or more, clipX0 above 0 and the prediction a known one.
 * @see https://arxiv.org/abs/2409.00588 section 3, and model/diffusion/diffusion_vpg.py:139-224 of the reference
 */
export function tableSampler(steps: readonly DenoiseStep[], options: PredictionOptions = {}): Sampler {
  checkStds('tableSampler', steps);
  checkPrediction('tableSampler', options);
  const table = steps.map(({ alphaBar, x0Coef, xCoef, std }) => [...scales(alphaBar), x0Coef, xCoef, std]);
  return {
    times: steps.map(({ time }) => time),
    stds: steps.map(({ std }) => std),
    mixtures: steps.map(({ alphaBar }) => mixtureOf(alphaBar, options)),
    moments: (step, output, x) => {
      const [xScale, noiseScale, x0Coef, xCoef, std] = columns(table, step);
      const x0 = predicted(output, x, { xScale, noiseScale }, options);
      return { mean: x0.mul(x0Coef).add(x.mul(xCoef)), std };
    },
  };
}

const SMALLEST_STD = 1e-10;

/**
 * DDIM whose η may be learned: the gradient reaches η and the network.
 *
 * σ = η√((1 − ᾱ′) / (1 − ᾱ) · (1 − ᾱ / ᾱ′)), at least 1e-10;  mean = √ᾱ′ · x̂₀ + √max(1 − ᾱ′ − σ², 0) · clamp(ε̂)
 *
 * with ε̂ = (x − √ᾱ · x̂₀) / √(1 − ᾱ) of the clamped x̂₀, or with `direction` predicted of x̂₀ before it is clamped.
 *
 * @param times - as `ddimTimes` gives them
 * @param eta - a number, or a tensor that broadcasts to chunks, such as [B, 1, 1] or [B, 1, Da]
 * @throws RangeError unless a number η is finite and 0 or more, the clips are above 0 and the direction a known one; where a tensor η does not fit x.
 * @see https://arxiv.org/abs/2010.02502 equation 12, and model/diffusion/diffusion_vpg.py:139-224 of the reference
 */
export function ddimSampler(
  times: readonly DdimTime[],
  eta: number | tf.Tensor,
  options: DdimOptions = {},
): Sampler {
  const { clipEpsilon = Infinity, prediction = 'epsilon', direction = 'implied' } = options;
  if (typeof eta === 'number' && !(eta >= 0 && eta < Infinity)) {
    throw new RangeError(`ddimSampler: eta is ${eta}, wanted a number of 0 or more`);
  }
  checkPrediction('ddimSampler', options);
  checkLimits('ddimSampler', { clipEpsilon });
  if (direction !== 'implied' && direction !== 'predicted')
    throw new RangeError(`ddimSampler: direction is ${String(direction)}, wanted implied or predicted`);
  const table = times.map(({ alphaBar, nextAlphaBar }) => {
    const nextVariance = 1 - nextAlphaBar;
    const fullStd = Math.sqrt((nextVariance / (1 - alphaBar)) * (1 - alphaBar / nextAlphaBar));
    const [signal, spread, nextSignal] = [alphaBar, 1 - alphaBar, nextAlphaBar].map(Math.sqrt);
    return [...scales(alphaBar), signal, spread, nextSignal, nextVariance, fullStd];
  });
  return {
    times: times.map(({ time }) => time),
    mixtures: times.map(({ alphaBar }) => mixtureOf(alphaBar, options)),
    moments: (step, output, x) => {
      if (typeof eta !== 'number' && !broadcasts(eta.shape, x.shape)) {
        throw new RangeError(
          `ddimSampler: eta [${eta.shape.join()}], wanted one that broadcasts to [${x.shape.join()}]`,
        );
      }
      const [xScale, noiseScale, signal, spread, nextSignal, nextVariance, fullStd] = columns(table, step);
      const x0 = predicted(output, x, { xScale, noiseScale }, options);
      const noise = (chunk: tf.Tensor3D): tf.Tensor3D => x.sub(chunk.mul(signal)).div(spread);
      const told = prediction === 'x0' ? noise : (epsilon: tf.Tensor3D) => epsilon;
      const epsilon = clip(direction === 'implied' ? noise(x0) : told(output), clipEpsilon);
      const std = tf.mul(eta, fullStd).clipByValue(SMALLEST_STD, Infinity);
      const left = tf.sub(nextVariance, std.square()).clipByValue(0, Infinity).sqrt();
      return { mean: x0.mul(nextSignal).add(epsilon.mul(left)), std };
    },
  };
}

/**
 * x clamped to ±limit, and NaN where it is not finite: a bound would look like a number that somebody meant. WebAssembly's own
 * `clipByValue` makes a bound of NaN, all others make one of an infinity. An infinite limit costs nothing.
 */
export function clip(x: tf.Tensor3D, limit: number): tf.Tensor3D {
  return limit === Infinity ? x : tf.clipByValue<tf.Tensor3D>(x, -limit, limit).add<tf.Tensor3D>(x.sub(x));
}

/** The numbers of one step, or [B, 1, 1] of each row's own. */
export function columns(table: number[][], step: number | tf.Tensor1D): readonly (number | tf.Tensor)[] {
  if (typeof step === 'number') return table[step];
  const rows = tf.tensor2d(table).gather(step);
  return rows.reshape<tf.Tensor4D>([step.size, 1, 1, table[0].length]).unstack(-1);
}

/** x̂₀ [B, Ta, Da], clamped. */
function predicted(
  output: tf.Tensor3D,
  x: tf.Tensor3D,
  { xScale, noiseScale }: Readonly<Record<'xScale' | 'noiseScale', number | tf.Tensor>>,
  { clipX0 = 1, prediction = 'epsilon' }: PredictionOptions,
): tf.Tensor3D {
  ofShape('denoise', output, x.shape);
  return clip(prediction === 'x0' ? output : x.mul(xScale).sub(output.mul(noiseScale)), clipX0);
}
