import {
  chainLogProbs,
  type Denoise,
  type Guide,
  pseudoinverseGuide,
  sample,
  sampleChain,
  type Sampler,
  stepLogProbs,
} from '@dppo/diffusion';
import { childSeed } from '@dppo/env';
import { flatten } from '@dppo/optim';
import { chunkLogProb, cloningLoss } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { checkNotNegative, checkPositive } from '../check-numbers.ts';
import { members } from '../members.ts';
import { copied, detached, drawsOf } from './draws.ts';
import type { Network, Observation, Policy } from './policy.ts';

/** A sampler whose noise is learned: η [B, 1, 1 or Da] of an observation, and the sampler of that η. */
export interface LearnedSampler {
  /** The network of η; its parameters are the policy's whose names begin with `eta.`. */
  readonly eta: Network<[obs: Observation], tf.Tensor3D>;
  /** The sampler of this `eta`; of any, it has as many steps. */
  of(eta: number | tf.Tensor): Sampler;
}

/** A diffusion policy of which the parameters run the last `ftDenoisingSteps` steps and `frozen` those before. */
export interface DiffusionPolicyOptions {
  /** The denoiser: obs to a function of chunk [B, Ta, Da] and time. */
  readonly network: Network<[obs: Observation], Denoise>;
  /** θ₀, the pre-trained parameters, which training starts from. */
  readonly frozen: tf.NamedTensorMap;
  /** The sampler that explores. */
  readonly sampler: Sampler | LearnedSampler;
  /** The sampler that acts as well as it can; that which explores, without floor, or with an η of 0, by default. */
  readonly quiet?: Sampler;
  /** K′, how many of the last steps are fine-tuned; all by default. */
  readonly ftDenoisingSteps?: number;
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** Actions at the start of a chunk that are past when it is made: To − 1 of a policy whose chunks begin with its oldest observation. */
  readonly firstAction?: number;
  /** How many actions of a chunk, from `firstAction` on, count in its log-probability; all by default. */
  readonly rewardHorizon?: number;
  /** Floor of a step's standard deviation while exploring, σ_exp. */
  readonly minStd?: number;
  /** Floor of the standard deviation in log-probabilities, σ_prob; `minStd` by default. */
  readonly logProbMinStd?: number;
  /** Bound of the standard normal noise of a step. */
  readonly clipNoise?: number;
  /** Bound of the chunk that comes out; none by default. */
  readonly clipAction?: number;
}

/**
 * The two-layer decision process of DPPO: p(a|s) is a chain of denoising steps, the last K′ of which are trained.
 *
 * A sample's ln p is the mean over its actions' elements of ln p(x′ | x), each clamped to [−5, 2] (`chunkLogProb`); the entropy is
 * the mean of a learned η, and 1 where none is learned.
 *
 * @throws RangeError if K′ is not in 1 … K, firstAction in 0 … Ta − 1 or rewardHorizon in 1 … Ta − firstAction, a floor is negative, a clip not above 0, or if `quiet` has not K steps
 * @see https://arxiv.org/abs/2409.00588 section 4, and model/diffusion/diffusion_vpg.py:139-461 of the reference
 */
export function diffusionPolicy(options: DiffusionPolicyOptions): Policy {
  const { network, frozen, sampler, horizonSteps, actionDim, minStd = 0.1, logProbMinStd = minStd } = options;
  const { clipNoise = 3, clipAction = Infinity, firstAction = 0 } = options;
  const { rewardHorizon = horizonSteps - firstAction } = options;
  const still = 'of' in sampler ? sampler.of(0) : sampler;
  const { quiet = still, ftDenoisingSteps = still.times.length } = options;
  const steps = still.times.length;
  checkWithin('ftDenoisingSteps', ftDenoisingSteps, steps);
  checkWithin('firstAction', firstAction, horizonSteps - 1, 0);
  checkWithin('rewardHorizon', rewardHorizon, horizonSteps - firstAction);
  checkNotNegative('diffusionPolicy', { minStd, logProbMinStd });
  checkPositive('diffusionPolicy', { clipNoise, clipAction });
  if (quiet.times.length !== steps) {
    throw new RangeError(
      `diffusionPolicy: quiet has ${quiet.times.length} steps, wanted ${steps} as the sampler has`,
    );
  }
  const from = steps - ftDenoisingSteps;
  const exploring = { minStd, clipNoise, clipAction };
  const scoring = { from, minStd: logProbMinStd };

  /** The sampler for these observations, and its entropy. */
  const explorer = (params: tf.NamedTensorMap, obs: Observation): { by: Sampler; entropy: tf.Scalar } => {
    if (!('of' in sampler)) return { by: sampler, entropy: tf.scalar(1) };
    const eta = sampler.eta.apply(members(params, 'eta.'), obs);
    return { by: sampler.of(eta), entropy: eta.mean() };
  };
  /** The chain of the last K′ steps, after those of the frozen network. */
  const explore = (by: Sampler, params: tf.NamedTensorMap, obs: Observation, noise: tf.Tensor4D) => {
    const draw = drawsOf(noise);
    const middle = sample(by, network.apply(frozen, obs), draw(), draw, { ...exploring, to: from });
    return sampleChain(by, network.apply(params, obs), middle, draw, { ...exploring, logProbMinStd, from });
  };
  /** The chunk of all K steps of the quiet sampler, the first of them the frozen network's, from the present on. */
  const quietly = (params: tf.NamedTensorMap, obs: Observation, noise: tf.Tensor4D, guide?: Guide) => {
    const draw = drawsOf(noise);
    const shared = { clipNoise, ...(guide && { guide }) };
    const middle = sample(quiet, network.apply(frozen, obs), draw(), draw, { ...shared, to: from });
    const chunk = sample(quiet, network.apply(params, obs), middle, draw, { ...shared, clipAction, from });
    return present(chunk, firstAction);
  };

  /** Of the actions that are not past. */
  const scored = (logProbs: tf.Tensor3D): tf.Tensor1D =>
    chunkLogProb(present(logProbs, firstAction), { rewardHorizon });

  return {
    states: ftDenoisingSteps + 1,
    window: 2,
    draws: steps + 1,
    horizonSteps,
    actionDim,
    ...(firstAction > 0 && { firstAction }),
    frozen,
    init: (seed) => ({
      ...copied(frozen),
      ...('of' in sampler && flatten({ eta: sampler.eta.init(childSeed(seed, 'eta')) }).tensors),
    }),
    act: (params, obs, noise) => {
      const { chain, logProbs } = explore(explorer(params, obs).by, params, obs, noise);
      const each = logProbs.reshape<tf.Tensor3D>([-1, horizonSteps, actionDim]);
      return {
        states: chain,
        logProb: scored(each).reshape([-1, ftDenoisingSteps]),
      };
    },
    best: (params, obs, noise) => quietly(params, obs, noise),
    guided: (params, obs, noise, target) => quietly(params, obs, noise, pseudoinverseGuide(target)),
    logProb: (params, obs, { states, first }) => {
      const [previous, next] = states.unstack<tf.Tensor3D>(1);
      const { by, entropy } = explorer(params, obs);
      const transitions = { previous, next, index: first };
      const logProbs = stepLogProbs(by, network.apply(params, obs), transitions, scoring);
      return { logProb: scored(logProbs), entropy };
    },
    cloningLoss: (params, obs, noise) => {
      const { by } = explorer(params, obs);
      // η's gradient is that of the density alone, not of the sample.
      const { chain } = explore(by, frozen, obs, noise);
      return cloningLoss(chainLogProbs(by, network.apply(params, obs), detached(chain), scoring));
    },
  };
}

/** A chunk [B, Ta, Da] from the action that is to be executed next on. */
function present(chunk: tf.Tensor3D, firstAction: number): tf.Tensor3D {
  if (firstAction === 0) return chunk;
  const [, ahead] = tf.split<tf.Tensor3D>(chunk, [firstAction, chunk.shape[1] - firstAction], 1);
  return ahead;
}

function checkWithin(name: string, value: number, most: number, least = 1): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw new RangeError(`diffusionPolicy: ${name} is ${value}, wanted a whole number in ${least} … ${most}`);
  }
}
