import {
  chainLogProbs,
  type Denoise,
  type DenoiseStep,
  evaluationSteps,
  sample,
  sampleChain,
  stepLogProbs,
  type TransitionOptions,
} from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';

import type { Network, Policy } from './policy.ts';

/** A diffusion policy of which the parameters run the last `ftDenoisingSteps` steps and `frozen` those before. */
export interface DiffusionPolicyOptions {
  /** obs [B, To, Do] to a function of chunk [B, Ta, Da] and time. */
  readonly network: Network<[obs: tf.Tensor3D], Denoise>;
  /** θ₀, the pre-trained parameters. */
  readonly frozen: tf.NamedTensorMap;
  /** The sampler, noisiest step first. */
  readonly steps: readonly DenoiseStep[];
  /** Steps to explore with, such as `withMinStd(steps, 0.1)`; `steps` by default. */
  readonly exploration?: readonly DenoiseStep[];
  /** Steps whose standard deviations the log-probabilities use; those of `exploration` by default. */
  readonly logProbSteps?: readonly DenoiseStep[];
  /** K′, how many of the last steps are fine-tuned. */
  readonly ftDenoisingSteps: number;
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** Bound of the predicted clean action, |x̂₀| ≤ clipX0. */
  readonly clipX0?: number;
  /** What the network predicts: the noise, or the clean action. */
  readonly prediction?: TransitionOptions['prediction'];
  /** Bound of the standard normal noise of a step while exploring. */
  readonly clipNoise?: number;
  /** Bound of the chunk that comes out; none by default. */
  readonly clipAction?: number;
}

/**
 * The two-layer decision process of DPPO: p(a|s) is a chain of denoising steps, the last K′ of which are trained.
 *
 * @throws RangeError if K′ is not in 1 … K
 * Source: arXiv 2409.00588, section 4; reference model/diffusion/diffusion_vpg.py:139-461.
 */
export function diffusionPolicy({
  network,
  frozen,
  steps,
  exploration = steps,
  logProbSteps = exploration,
  ftDenoisingSteps,
  horizonSteps,
  actionDim,
  clipX0 = 1,
  prediction = 'epsilon',
  clipNoise = 3,
  clipAction = Infinity,
}: DiffusionPolicyOptions): Policy {
  if (!(Number.isInteger(ftDenoisingSteps) && ftDenoisingSteps >= 1 && ftDenoisingSteps <= steps.length)) {
    throw new RangeError(
      `diffusionPolicy: ftDenoisingSteps is ${ftDenoisingSteps}, expected an integer in 1 … ${steps.length}`,
    );
  }
  const first = exploration.slice(0, -ftDenoisingSteps);
  const last = exploration.slice(-ftDenoisingSteps);
  const lastLogProb = logProbSteps.slice(-ftDenoisingSteps);
  const quiet = evaluationSteps(steps);
  const [quietFirst, quietLast] = [quiet.slice(0, -ftDenoisingSteps), quiet.slice(-ftDenoisingSteps)];
  const predicting = { clipX0, prediction };
  const sampling = { ...predicting, clipNoise };
  const acting = { ...sampling, clipAction };

  return {
    transitions: ftDenoisingSteps,
    draws: steps.length + 1,
    horizonSteps,
    actionDim,
    act: (params, obs, noise) => {
      const draw = drawsOf(noise);
      const middle = sample(network.apply(frozen, obs), draw(), first, draw, sampling);
      return sampleChain(network.apply(params, obs), middle, last, draw, {
        ...acting,
        logProbSteps: lastLogProb,
      });
    },
    best: (params, obs, noise) => {
      const draw = drawsOf(noise);
      const middle = sample(network.apply(frozen, obs), draw(), quietFirst, draw, sampling);
      return sample(network.apply(params, obs), middle, quietLast, draw, acting);
    },
    evaluate: (params, { obs, previous, next, index }) => ({
      logProbs: stepLogProbs(network.apply(params, obs), { previous, next, index }, lastLogProb, predicting),
      entropy: tf.scalar(1), // η of DDPM
    }),
    imitate: (params, obs, noise) => {
      const draw = drawsOf(noise);
      const denoise = network.apply(frozen, obs);
      const middle = sample(denoise, draw(), first, draw, sampling);
      const { chain } = sampleChain(denoise, middle, last, draw, acting);
      return chainLogProbs(network.apply(params, obs), chain, lastLogProb, predicting);
    },
  };
}

/** Hands out the slices of recorded noise [draws, B, Ta, Da] one after another. */
function drawsOf(noise: tf.Tensor4D): () => tf.Tensor3D {
  const draws = noise.unstack<tf.Tensor3D>();
  let used = 0;
  return () => draws[used++];
}
