import {
  chainLogProbs,
  type Denoise,
  entropyRate,
  flowSampler,
  pathLogProb,
  type PathMeans,
  sampleChain,
  type StepStd,
} from '@dppo/diffusion';
import { childSeed } from '@dppo/env';
import { flatten } from '@dppo/optim';
import { cloningLoss } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { checkCounts } from '../check-counts.ts';
import { checkPositive } from '../check-numbers.ts';
import { members } from '../members.ts';
import { bestOfFlow } from './best-of-flow.ts';
import { copied, detached, drawsOf } from './draws.ts';
import type { Network, Observation, Policy } from './policy.ts';
import { wasserstein } from './wasserstein.ts';

/** σ [B, Ta, Da] of the noise that goes into a step, one for all rows or one for each, int32 [B], within a range. */
export type StepNoise = (
  step: number | tf.Tensor1D,
  range: Readonly<Record<'min' | 'max', number | tf.Tensor>>,
) => tf.Tensor3D;

/** Noise that is learned, for each observation, step and element. */
export interface LearnedNoise {
  /** σ, of the velocity network's parameters and the observation; its own parameters are the policy's whose names begin with `noise.`. */
  readonly network: Network<[velocity: tf.NamedTensorMap, obs: Observation], StepNoise>;
  /** Smallest σ. */
  readonly min: number;
  /** Largest σ, by finished iterations or one for all. */
  readonly max: number | ((iteration: number) => number);
}

/** A flow policy whose velocity network is trained at every step, and how it explores. */
export interface FlowPolicyOptions extends PathMeans {
  /** The velocity: obs to a function of chunk [B, Ta, Da] and time, from 0, noise, to 1, the action. */
  readonly network: Network<[obs: Observation], Denoise>;
  /** θ₀, the pre-trained parameters, which training starts from and `cloningLoss` holds to. */
  readonly frozen: tf.NamedTensorMap;
  /** K, Euler steps. */
  readonly steps: number;
  /** σ of the noise of a step: one for all iterations, by finished iterations, or learned. */
  readonly noise: number | ((iteration: number) => number) | LearnedNoise;
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** Bound of the standard normal noise of a step. */
  readonly clipNoise?: number;
  /** Bound of each step's mean. */
  readonly clipMean?: number;
  /** Bound of the chunk that comes out. */
  readonly clipAction?: number;
  /** Whether the density of the start counts as that of one more step; it has no gradient, but shrinks the mean over steps. */
  readonly withStart?: boolean;
  /** A path's ln p is clamped from below; −1 in the reference, whatever σ is. */
  readonly minLogProb?: number;
  /** And from above; 1 in the reference. Where σ is small most paths lie beyond, and have no gradient. */
  readonly maxLogProb?: number;
  /** What `cloningLoss` is: the distance of the best actions from the same start (`w2`), or how unlikely paths of the frozen velocity are. */
  readonly imitation?: 'w2' | 'likelihood';
}

/** σ of this iteration among the parameters, where it follows a schedule. */
const SCHEDULED = 'noise.scheduled';

/**
 * ReinFlow's policy: a flow with noise in each of its K steps is a Gaussian chain, and the whole chain is one sample of PPO.
 *
 * ln p = (ln 𝒩(x₀; 0, 1) + Σₖ ln 𝒩(xₖ₊₁; clamp(xₖ + v(xₖ, k/K)/K), σₖ²)) / (K + 1) / (Ta · Da)
 *
 * Actions are sampled and likelihoods computed at the same times, so the first ratio is 1. The entropy is the mean of `entropyRate`.
 *
 * @throws RangeError where steps are no whole number above 0, a clip or σ is not above 0, the smallest σ not below the
 * largest, or minLogProb not below maxLogProb
 * @see https://arxiv.org/abs/2505.22094, and model/flow/ft_ppo/ppoflow.py:195-420 of ReinFlow
 */
export function flowPolicy(options: FlowPolicyOptions): Policy {
  const { network, frozen, steps, noise, horizonSteps, actionDim } = options;
  const { withStart = true, meanOfSteps = true, meanOfElements = true } = options;
  const { clipNoise = 3, clipMean = 1, clipAction = 1, imitation = 'w2' } = options;
  const { minLogProb = -Infinity, maxLogProb = Infinity } = options;
  checkCounts('flowPolicy', { steps, horizonSteps, actionDim });
  checkPositive('flowPolicy', { clipNoise, clipMean, clipAction });
  const atFirst = checkNoise(noise);
  if (!(minLogProb < maxLogProb)) {
    throw new RangeError(
      `flowPolicy: minLogProb is ${minLogProb}, maxLogProb ${maxLogProb}, wanted the one below the other`,
    );
  }
  const schedule = typeof noise === 'object' ? noise.max : noise;
  const means = { meanOfSteps, meanOfElements };
  const still = flowSampler(steps, 0, { clipMean });

  /** σ of a step for these observations. */
  const sigmaOf = (params: tf.NamedTensorMap, obs: Observation): StepStd => {
    const now = params[SCHEDULED] ?? atFirst;
    if (typeof noise !== 'object') return () => now;
    const own = noise.network.apply(members(params, 'noise.'), params, obs);
    return (step) => own(step, { min: noise.min, max: now });
  };
  /** The sampler of these observations, and σ of each of its steps. */
  const explorer = (params: tf.NamedTensorMap, obs: Observation) => {
    const sigma = sigmaOf(params, obs);
    const stds = Array.from({ length: steps }, (_, k) => sigma(k));
    const each: StepStd = (step) => (typeof step === 'number' ? stds[step] : sigma(step));
    return { by: flowSampler(steps, each, { clipMean }), stds };
  };
  /** ln p of paths that begin with `start`. */
  const scored = (logProbs: tf.Tensor4D, start: tf.Tensor3D): tf.Tensor1D =>
    pathLogProb(logProbs, { ...means, ...(withStart && { start }) })
      .maximum(minLogProb)
      .minimum(maxLogProb);

  return {
    states: steps + 1,
    window: steps + 1,
    draws: steps + 1,
    horizonSteps,
    actionDim,
    ...(typeof schedule === 'function' && {
      scheduled: (iteration: number) => ({ [SCHEDULED]: schedule(iteration) }),
    }),
    init: (seed) => ({
      ...copied(frozen),
      ...(typeof noise === 'object' &&
        flatten({ noise: noise.network.init(childSeed(seed, 'noise')) }).tensors),
    }),
    act: (params, obs, drawn) => {
      const draw = drawsOf(drawn);
      const start = draw();
      const { by } = explorer(params, obs);
      const bounds = { clipNoise, clipAction };
      const { chain, logProbs } = sampleChain(by, network.apply(params, obs), start, draw, bounds);
      return { states: chain, logProb: scored(logProbs, start).expandDims(1) };
    },
    ...bestOfFlow(network, still, clipAction),
    logProb: (params, obs, { states }) => {
      const { by, stds } = explorer(params, obs);
      const logProbs = chainLogProbs(by, network.apply(params, obs), states);
      const [start] = states.unstack<tf.Tensor3D>(1);
      const wide = stds.map((std) => tf.zerosLike(start).add<tf.Tensor3D>(std));
      const entropy = entropyRate(tf.zerosLike(logProbs).add(tf.stack(wide, 1)), {
        withStart,
        meanOfElements,
      });
      return { logProb: scored(logProbs, start), entropy: entropy.mean<tf.Scalar>() };
    },
    cloningLoss: (params, obs, drawn) => {
      const [own, old] = [params, frozen].map((weights) => network.apply(weights, obs));
      if (imitation === 'w2') return wasserstein(still, [own, old], drawn.shape, { clipAction });
      const draw = drawsOf(drawn);
      const start = draw();
      const { by } = explorer(params, obs);
      // The noise's gradient is that of the density alone, not of the sample.
      const { chain } = sampleChain(by, old, start, draw, { clipNoise, clipAction });
      return cloningLoss(chainLogProbs(by, own, detached(chain)));
    },
  };
}

/** The σ, or the largest, that holds where nobody says the iteration. */
function checkNoise(noise: FlowPolicyOptions['noise']): number {
  const most = typeof noise === 'object' ? noise.max : noise;
  const atFirst = typeof most === 'function' ? most(0) : most;
  if (typeof noise !== 'object') {
    checkPositive('flowPolicy', { noise: atFirst });
    return atFirst;
  }
  checkPositive('flowPolicy', { 'noise.min': noise.min });
  if (!(noise.min < atFirst && atFirst < Infinity)) {
    throw new RangeError(
      `flowPolicy: noise.min is ${noise.min}, noise.max ${atFirst}, wanted the one below the other`,
    );
  }
  return atFirst;
}
