import * as tf from '@tensorflow/tfjs';

import { logProbsOfChain } from './chain-log-probs.ts';
import { checkChunks, checkLimits, checkStds, ofShape } from './check.ts';
import { clip } from './clip.ts';
import { stepDensities } from './log-prob.ts';
import type { DenoiseStep } from './steps.ts';
import {
  checkOptions,
  coefficients,
  posteriorMean,
  type Denoise,
  type TransitionOptions,
} from './transition.ts';

/** Where standard normal noise comes from: a fresh tensor of the shape asked for. */
export type Noise = (shape: [number, number, number]) => tf.Tensor3D;

/** What bounds a sample. */
export interface SampleOptions extends TransitionOptions {
  /** The noise of each step is clamped to ± this many standard deviations. */
  readonly clipNoise?: number;
  /** The result of the last step is clamped to ± this. */
  readonly clipAction?: number;
}

/** What bounds a chain, and the density that its log-probabilities are of. */
export interface SampleChainOptions extends SampleOptions {
  /** Steps whose std the log-probabilities are taken under, where it is another than the one sampled with. */
  readonly logProbSteps?: readonly DenoiseStep[];
}

/** A chain of chunks and how likely each of its transitions was. */
export interface Sample {
  /** [B, S + 1, Ta, Da]; the first is the start, the last the action. */
  readonly chain: tf.Tensor4D;
  /** ln p of each element of each transition, in nats [B, S, Ta, Da]. */
  readonly logProbs: tf.Tensor4D;
}

/** Runs the steps and leaves every chunk (S + 1) and every mean (S) to the caller's tidy. */
function run(
  denoise: Denoise,
  start: tf.Tensor3D,
  steps: readonly DenoiseStep[],
  noise: Noise,
  { clipNoise = Infinity, clipAction = Infinity, ...options }: SampleOptions,
): { chunks: tf.Tensor3D[]; means: tf.Tensor3D[] } {
  const chunks = [start];
  const means: tf.Tensor3D[] = [];
  for (const [j, step] of steps.entries()) {
    const x = chunks[j];
    const mean = posteriorMean(coefficients(step), denoise(x, step.time), x, options);
    const next =
      step.std === 0
        ? mean
        : mean.add<tf.Tensor3D>(clip(ofShape('noise', noise(x.shape), x.shape), clipNoise).mul(step.std));
    means.push(mean);
    chunks.push(j === steps.length - 1 ? clip(next, clipAction) : next);
  }
  return { chunks, means };
}

function checkRun(
  caller: string,
  start: tf.Tensor3D,
  steps: readonly DenoiseStep[],
  { clipNoise, clipAction, ...options }: SampleOptions,
): void {
  checkChunks(caller, 'start', start);
  checkStds(caller, steps);
  checkLimits(caller, { clipNoise, clipAction });
  checkOptions(caller, options);
}

/**
 * Denoises `start` [B, Ta, Da] through the steps and returns the last chunk alone [B, Ta, Da].
 *
 * xₖ₋₁ = x0Coef · x̂₀ + xCoef · xₖ + std · clamp(z),  z ~ 𝒩(0, 1)
 *
 * No steps give a copy of the start; a step with std 0 asks for no noise. Nothing is read back from the device.
 *
 * @throws RangeError unless start is a batch of chunks, each step's std is 0 or more and the clips are above 0.
 * @see model/diffusion/diffusion_vpg.py:227-315 of the reference
 */
export function sample(
  denoise: Denoise,
  start: tf.Tensor3D,
  steps: readonly DenoiseStep[],
  noise: Noise,
  options: SampleOptions = {},
): tf.Tensor3D {
  checkRun('sample', start, steps, options);
  return tf.tidy(() => {
    const { chunks } = run(denoise, start, steps, noise, options);
    return chunks[steps.length].clone();
  });
}

/**
 * Denoises `start` [B, Ta, Da] through the steps and keeps the whole chain with its log-probabilities.
 *
 * ln p(chain[:, j + 1] | chain[:, j]) = ln 𝒩(mean, std²),  std of `logProbSteps[j]`
 *
 * A chain in two halves equals the whole: pass the last chunk as the next start. The log-probabilities are those of
 * what the chain holds, so where `clipAction` takes hold they are of the clamped action under the density without clamp.
 *
 * @throws RangeError unless start is a batch of chunks, logProbSteps are as many as the steps (at least 1) and differ from them in std alone,
 * which is above 0, and the clips are above 0.
 * @see model/diffusion/diffusion_vpg.py:227-395 of the reference
 */
export function sampleChain(
  denoise: Denoise,
  start: tf.Tensor3D,
  steps: readonly DenoiseStep[],
  noise: Noise,
  { logProbSteps = steps, ...options }: SampleChainOptions = {},
): Sample {
  checkRun('sampleChain', start, steps, options);
  if (logProbSteps.length !== steps.length) {
    throw new RangeError(
      `sampleChain: got ${logProbSteps.length} logProbSteps for ${steps.length} steps, wanted as many`,
    );
  }
  const other = steps.findIndex(
    ({ x0Coef, xCoef }, j) => x0Coef !== logProbSteps[j].x0Coef || xCoef !== logProbSteps[j].xCoef,
  );
  if (other >= 0) {
    throw new RangeError(
      `sampleChain: logProbSteps[${other}] and steps[${other}] differ in more than std, wanted one sampler`,
    );
  }
  const densities = stepDensities(logProbSteps, 'sampleChain');
  return tf.tidy(() => {
    const { chunks, means } = run(denoise, start, steps, noise, options);
    const chain = start.stack<tf.Tensor4D>(chunks.slice(1), 1);
    return { chain, logProbs: logProbsOfChain(chain, means, densities) };
  });
}
