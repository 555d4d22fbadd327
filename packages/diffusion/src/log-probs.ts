import * as tf from '@tensorflow/tfjs';

import { checkChain, checkChunks } from './check.ts';
import { gaussianLogProb, raised, type Gaussian } from './gaussian.ts';
import { checkDensities, type StepRange } from './range.ts';
import type { Denoise, Sampler } from './sampler.ts';

/** Which part of a sampler log-probabilities are of, and the floor of their density. */
export interface LogProbOptions extends StepRange {
  /** Floor of the standard deviation. */
  readonly minStd?: number;
}

/** Rows of chains, each at a step of its own. */
export interface Transitions {
  /** x [B, Ta, Da] */
  readonly previous: tf.Tensor3D;
  /** x′ [B, Ta, Da] */
  readonly next: tf.Tensor3D;
  /** Which step led from previous to next, counted from `from` [B]; an int32 tensor is not checked. */
  readonly index: Int32Array | tf.Tensor1D;
}

/**
 * The log-density of every element of every transition of whole chains, in nats: [B, S, Ta, Da].
 *
 * ln p(chain[:, j + 1] | chain[:, j]) at step from + j; the gradient reaches the network and what the sampler holds.
 *
 * @param denoise - the network, its observation bound
 * @param chain - [B, S + 1, Ta, Da], noisiest first, as `sampleChain` returns it
 * @throws RangeError unless the chain is one longer than the steps, at least 1, and each has a density.
 * @see model/diffusion/diffusion_vpg.py:319-395 of the reference
 */
export function chainLogProbs(
  sampler: Sampler,
  denoise: Denoise,
  chain: tf.Tensor4D,
  options: LogProbOptions = {},
): tf.Tensor4D {
  const { minStd = 0 } = options;
  const { from, to } = checkDensities('chainLogProbs', sampler, options, { minStd });
  checkChain('chainLogProbs', chain, to - from);
  return tf.tidy(() => {
    const states = chain.unstack<tf.Tensor3D>(1);
    const gaussians = states
      .slice(0, -1)
      .map((x, j) => sampler.moments(from + j, denoise(x, sampler.times[from + j]), x));
    return logProbsOf(states, gaussians, minStd);
  });
}

/**
 * The log-density of each element of each row's transition, in nats: [B, Ta, Da].
 *
 * ln p(next[b] | previous[b]) at step from + index[b]; the gradient reaches the network and what the sampler holds.
 *
 * @param denoise - the network, its observation bound
 * @throws RangeError where shapes disagree, or an index in a host array is not that of a step.
 * @see model/diffusion/diffusion_vpg.py:397-461 of the reference
 */
export function stepLogProbs(
  sampler: Sampler,
  denoise: Denoise,
  transitions: Transitions,
  options: LogProbOptions = {},
): tf.Tensor3D {
  const { previous, next, index } = transitions;
  const { minStd = 0 } = options;
  const { from, to } = checkDensities('stepLogProbs', sampler, options, { minStd });
  checkTransitions('stepLogProbs', transitions, to - from);
  return tf.tidy(() => {
    const counted = index instanceof Int32Array ? tf.tensor1d(index, 'int32') : index;
    const step = from === 0 ? counted : counted.add<tf.Tensor1D>(tf.scalar(from, 'int32'));
    const dtype = sampler.times.every(Number.isInteger) ? 'int32' : 'float32';
    const time = tf.tensor1d([...sampler.times], dtype).gather(step);
    const { mean, std } = sampler.moments(step, denoise(previous, time), previous);
    return gaussianLogProb({ mean, std: raised(std, minStd) }, next);
  });
}

/** ln p of each state given the one before [B, S, Ta, Da]. */
export function logProbsOf(
  states: readonly tf.Tensor3D[],
  gaussians: readonly Gaussian[],
  minStd: number,
): tf.Tensor4D {
  return stacked(
    gaussians.map(({ mean, std }, j) => gaussianLogProb({ mean, std: raised(std, minStd) }, states[j + 1])),
  );
}

/** States or densities, one after another along a second axis [B, S, Ta, Da]. */
export function stacked([first, ...others]: readonly tf.Tensor3D[]): tf.Tensor4D {
  return first.stack(others, 1);
}

/** Throws unless the chunks are as many and as large as one another and the indices, and those in a host array are of steps. */
function checkTransitions(caller: string, { previous, next, index }: Transitions, steps: number): void {
  checkChunks(caller, 'previous', previous);
  const rows = index instanceof Int32Array ? index.length : index.size;
  if (!tf.util.arraysEqual(previous.shape, next.shape) || rows !== previous.shape[0]) {
    throw new RangeError(
      `${caller}: previous [${previous.shape.join()}], next [${next.shape.join()}], index [${rows}] do not agree, wanted [B, Ta, Da] twice and [B]`,
    );
  }
  const wrong = index instanceof Int32Array ? index.find((j) => j < 0 || j >= steps) : undefined;
  if (wrong !== undefined) {
    throw new RangeError(`${caller}: index ${wrong}, wanted that of one of ${steps} steps, 0 … ${steps - 1}`);
  }
}
