import { type Denoise, flowSampler, sampleChain, type Sampler, stepLogProbs } from '@dppo/diffusion';
import { chunkLogProb } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { checkCounts } from '../check-counts.ts';
import { checkPositive } from '../check-numbers.ts';
import { bestOfFlow } from './best-of-flow.ts';
import { copied } from './draws.ts';
import type { Network, Observation, Policy } from './policy.ts';
import { wasserstein } from './wasserstein.ts';

/** A flow policy that explores in one step of each path. */
export interface FlowSdePolicyOptions {
  /** The velocity: obs to a function of chunk [B, Ta, Da] and time, from 0, noise, to 1, the action. */
  readonly network: Network<[obs: Observation], Denoise>;
  /** θ₀, the pre-trained parameters, which training starts from and `cloningLoss` holds to. */
  readonly frozen: tf.NamedTensorMap;
  /** How the one step explores, such as `flowSdeSampler(K, level)` or `flowSampler(K, σ)`; its times are k/K. */
  readonly sampler: Sampler;
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** How many actions of a chunk count in its log-probability; all by default. */
  readonly rewardHorizon?: number;
  /** Bound of the standard normal noise of the step. */
  readonly clipNoise?: number;
  /** Bound of the chunk that comes out. */
  readonly clipAction?: number;
}

/**
 * A flow of K steps of which one, drawn for each path, is stochastic and trained: a sample of PPO is that step, and costs a K-th of a path.
 *
 * ln p is the mean over the step's elements of ln p(x′ | x), each clamped to [−5, 2] (`chunkLogProb`); the entropy, fixed, is 1.
 *
 * @throws RangeError where the sampler's times are not k/K, rewardHorizon is not in 1 … Ta or a clip not above 0
 * @see https://arxiv.org/abs/2510.25889 section 4, Flow-SDE
 */
export function flowSdePolicy(options: FlowSdePolicyOptions): Policy {
  const { network, frozen, sampler, horizonSteps, actionDim } = options;
  const { clipNoise = 3, clipAction = 1, rewardHorizon = horizonSteps } = options;
  const steps = sampler.times.length;
  checkCounts('flowSdePolicy', { steps, horizonSteps, actionDim });
  checkPositive('flowSdePolicy', { clipNoise, clipAction });
  if (!(Number.isInteger(rewardHorizon) && rewardHorizon >= 1 && rewardHorizon <= horizonSteps)) {
    throw new RangeError(
      `flowSdePolicy: rewardHorizon is ${rewardHorizon}, wanted a whole number in 1 … ${horizonSteps}`,
    );
  }
  const still = flowSampler(steps, 0);
  if (sampler.times.some((time, k) => time !== still.times[k])) {
    throw new RangeError(
      `flowSdePolicy: the sampler's times are ${sampler.times.join(', ')}, wanted ${still.times.join(', ')}`,
    );
  }
  return {
    states: 3,
    window: 3,
    draws: 3,
    horizonSteps,
    actionDim,
    init: () => copied(frozen),
    act: (params, obs, drawn) => {
      const [start, z, choice] = drawn.unstack<tf.Tensor3D>();
      const [rows] = start.shape;
      const step = chosenStep(choice, steps);
      let k = 0;
      const noise = (): tf.Tensor3D => z.mul(isAt(step, k++));
      const bounds = { clipNoise, clipAction };
      const by = exploringAt(step, sampler, still);
      const { chain, logProbs } = sampleChain(by, network.apply(params, obs), start, noise, bounds);
      const ofStep = (of: tf.Tensor4D, shift: number): tf.Tensor3D => {
        const firsts = tf.range(0, rows, 1, 'int32').mul(tf.scalar(of.shape[1], 'int32'));
        const number = firsts.add<tf.Tensor1D>(step).add<tf.Tensor1D>(tf.scalar(shift, 'int32'));
        return of.reshape<tf.Tensor3D>([-1, horizonSteps, actionDim]).gather(number);
      };
      const action = chain.slice([0, steps], [-1, 1]).reshape<tf.Tensor3D>([rows, horizonSteps, actionDim]);
      return {
        states: tf
          .stack([ofStep(chain, 0), ofStep(chain, 1), action], 1)
          .as4D(rows, 3, horizonSteps, actionDim),
        logProb: chunkLogProb(ofStep(logProbs, 0), { rewardHorizon }).expandDims(1),
        step,
      };
    },
    ...bestOfFlow(network, still, clipAction),
    logProb: (params, obs, { states, step }) => {
      if (!step) throw new RangeError('flowSdePolicy: logProb got no step, wanted that of each path');
      const [previous, next] = states.unstack<tf.Tensor3D>(1);
      const transitions = { previous, next, index: step };
      const logProbs = stepLogProbs(sampler, network.apply(params, obs), transitions);
      return { logProb: chunkLogProb(logProbs, { rewardHorizon }), entropy: tf.scalar(1) };
    },
    cloningLoss: (params, obs, drawn) => {
      const networks = [params, frozen].map((weights) => network.apply(weights, obs));
      return wasserstein(still, networks, drawn.shape, { clipAction });
    },
  };
}

/** One of K steps for each row, int32 [B], each as likely: ⌊K · Φ(z)⌋ of a standard normal number z of the row. */
function chosenStep(normal: tf.Tensor3D, steps: number): tf.Tensor1D {
  const z = normal.slice([0, 0, 0], [-1, 1, 1]).as1D();
  const share = z.mul<tf.Tensor1D>(Math.SQRT1_2).erf<tf.Tensor1D>().add<tf.Tensor1D>(1).mul<tf.Tensor1D>(0.5);
  return tf
    .clipByValue(share.mul<tf.Tensor1D>(steps).floor<tf.Tensor1D>(), 0, steps - 1)
    .toInt<tf.Tensor1D>();
}

/** 1 for the rows whose step is k, otherwise 0 [B, 1, 1]. */
function isAt(step: tf.Tensor1D, k: number): tf.Tensor3D {
  return step.equal(k).toFloat().reshape([-1, 1, 1]);
}

/** The one sampler for rows at their own step, the other, without noise, for those elsewhere; the noise that is drawn is 0 there. */
function exploringAt(own: tf.Tensor1D, exploring: Sampler, still: Sampler): Sampler {
  return {
    times: still.times,
    moments: (step, output, x) => {
      const { mean, std } = exploring.moments(step, output, x);
      const rest = still.moments(step, output, x).mean;
      const isOwn = own.equal(step).reshape<tf.Tensor3D>([-1, 1, 1]);
      return { mean: tf.where(isOwn, mean, rest), std };
    },
  };
}
