import * as tf from '@tensorflow/tfjs';

import { checkChunks, checkFloors, checkLimits, ofShape } from './check.ts';
import { raised, type Gaussian } from './gaussian.ts';
import { type Guide, guidedOutput } from './guide.ts';
import { logProbsOf, stacked } from './log-probs.ts';
import { checkDensities, checkRange, type StepRange } from './range.ts';
import { clip, type Denoise, type Sampler } from './sampler.ts';

/** Gives standard normal noise: a fresh tensor of the shape asked for. */
export type Noise = (shape: [number, number, number]) => tf.Tensor3D;

/** What bounds a sample. */
export interface SampleOptions extends StepRange {
  /** Floor of the standard deviation that noise is drawn with: what keeps a policy exploring (σ_exp). */
  readonly minStd?: number;
  /** The noise of each step is clamped to ± this many standard deviations. */
  readonly clipNoise?: number;
  /** The result of the sampler's last step is clamped to ± this. */
  readonly clipAction?: number;
  /** Changes the clean chunk that each step goes on with, such as `pseudoinverseGuide`; none by default. */
  readonly guide?: Guide;
}

/** What bounds a chain, and the density that its log-probabilities are of. */
export interface SampleChainOptions extends SampleOptions {
  /** Floor of the standard deviation in the log-probabilities (σ_prob); `minStd` by default. */
  readonly logProbMinStd?: number;
}

/** A chain of chunks and how likely each of its transitions was. */
export interface Sample {
  /** [B, S + 1, Ta, Da]; the first is the start, the last the action. */
  readonly chain: tf.Tensor4D;
  /** ln p of each element of each transition, in nats [B, S, Ta, Da]. */
  readonly logProbs: tf.Tensor4D;
}

/**
 * Denoises `start` [B, Ta, Da] through the sampler's steps and returns the last chunk alone [B, Ta, Da].
 *
 * x′ = mean + max(std, minStd) · clamp(z),  z ~ 𝒩(0, 1)
 *
 * No steps give a copy of the start; a step of std 0 asks for no noise. Nothing is read back from the device.
 *
 * @param denoise - the network, its observation bound
 * @param noise - needed unless all steps are of std 0
 * @throws RangeError unless start is a batch of chunks, the range is of the sampler, floors are 0 or more and clips above 0.
 * @see model/diffusion/diffusion_vpg.py:227-315 of the reference
 */
export function sample(
  sampler: Sampler,
  denoise: Denoise,
  start: tf.Tensor3D,
  noise?: Noise,
  options: SampleOptions = {},
): tf.Tensor3D {
  const run = runner('sample', sampler, start, options);
  return tf.tidy(() => {
    const { states } = run(denoise, noise);
    return states[states.length - 1].clone();
  });
}

/**
 * {@link sample}, with every state kept: start, what each step led to, action [B, S + 1, Ta, Da].
 *
 * @param denoise - the network, its observation bound
 * @param start - [B, Ta, Da]
 * @param noise - needed unless all steps are of std 0
 * @throws RangeError as `sample`
 */
export function sampleStates(
  sampler: Sampler,
  denoise: Denoise,
  start: tf.Tensor3D,
  noise?: Noise,
  options: SampleOptions = {},
): tf.Tensor4D {
  const run = runner('sampleStates', sampler, start, options);
  return tf.tidy(() => stacked(run(denoise, noise).states));
}

/**
 * {@link sample}, with the whole chain kept and its log-probabilities.
 *
 * ln p(chain[:, j + 1] | chain[:, j]) = ln 𝒩(mean, max(std, logProbMinStd)²)
 *
 * A chain in two halves equals the whole: pass the last chunk as the next start. The log-probabilities are those of
 * what the chain holds, so where `clipAction` takes hold they are of the clamped action under the density without clamp.
 *
 * @param denoise - the network, its observation bound
 * @param start - [B, Ta, Da]
 * @param noise - needed unless all steps are of std 0
 * @throws RangeError as `sample`; where there are no steps, or one of them has no density
 * @see model/diffusion/diffusion_vpg.py:227-395 of the reference
 */
export function sampleChain(
  sampler: Sampler,
  denoise: Denoise,
  start: tf.Tensor3D,
  noise?: Noise,
  options: SampleChainOptions = {},
): Sample {
  const { minStd = 0, logProbMinStd = minStd } = options;
  const run = runner('sampleChain', sampler, start, options);
  checkDensities('sampleChain', sampler, options, { logProbMinStd });
  return tf.tidy(() => {
    const { states, gaussians } = run(denoise, noise);
    return { chain: stacked(states), logProbs: logProbsOf(states, gaussians, logProbMinStd) };
  });
}

type Run = (denoise: Denoise, noise: Noise | undefined) => { states: tf.Tensor3D[]; gaussians: Gaussian[] };

/** Checks all that is known before a sample; what it returns leaves every state (S + 1) and Gaussian (S) to the caller's tidy. */
function runner(caller: string, sampler: Sampler, start: tf.Tensor3D, options: SampleOptions): Run {
  const { minStd = 0, clipNoise = Infinity, clipAction = Infinity, guide } = options;
  const { mixtures } = sampler;
  if (guide && !mixtures) {
    throw new RangeError(
      `${caller}: guide is given for a sampler without mixtures, wanted one that has them`,
    );
  }
  const { from, to } = checkRange(caller, sampler, options);
  checkChunks(caller, 'start', start);
  checkFloors(caller, { minStd });
  checkLimits(caller, { clipNoise, clipAction });
  return (denoise, noise) => {
    const states = [start];
    const gaussians: Gaussian[] = [];
    for (let j = from; j < to; j++) {
      const x = states[j - from];
      const time = sampler.times[j];
      const own = denoise(x, time);
      const output =
        guide && mixtures ? guidedOutput(guide, mixtures[j], { denoise, x, time, output: own }) : own;
      const gaussian = sampler.moments(j, output, x);
      gaussians.push(gaussian);
      const std = raised(gaussian.std, minStd);
      let next = gaussian.mean;
      if (std !== 0) {
        if (!noise) throw new RangeError(`${caller}: step ${j} draws noise, wanted a function that gives it`);
        next = next.add(clip(ofShape('noise', noise(x.shape), x.shape), clipNoise).mul(std));
      }
      states.push(j === sampler.times.length - 1 ? clip(next, clipAction) : next);
    }
    return { states, gaussians };
  };
}
