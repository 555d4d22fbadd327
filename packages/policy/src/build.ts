import {
  type DiffusionPolicyOptions,
  diffusionPolicy,
  gaussianPolicy,
  type LearnedSampler,
  type Policy,
} from '@dppo/agent';
import {
  cosineSchedule,
  ddimSampler,
  ddimSteps,
  ddimTimes,
  ddpmSteps,
  type DenoiseStep,
  evaluationSteps,
  type Sampler,
  tableSampler,
} from '@dppo/diffusion';
import {
  type ChunkGaussian,
  type Denoise,
  denoiserMlp,
  etaAction,
  etaFixed,
  etaState,
  etaStateAction,
  gaussianMlp,
  type Network,
  type Observation,
  unet1d,
} from '@dppo/nn';
import type * as tf from '@tensorflow/tfjs';

import { flowOf, type FlowTraining } from './build-flow.ts';
import { checkParts } from './check-spec.ts';
import { networkWeights } from './network-weights.ts';
import type { PolicyFile } from './policy-file.ts';
import type { DenoiserSpec, DiffusionSpec, EtaSpec, FlowSpec, GaussianSpec, NetworkSpec } from './spec.ts';

/**
 * The network that `spec` describes.
 *
 * @throws RangeError of the network's maker where its options do not fit together
 */
export function networkOf(spec: DenoiserSpec): Network<[obs: Observation], Denoise>;
export function networkOf(spec: GaussianSpec): Network<[obs: Observation], ChunkGaussian>;
export function networkOf(spec: NetworkSpec): Network<[obs: Observation], Denoise | ChunkGaussian>;
export function networkOf(spec: NetworkSpec): Network<[obs: Observation], Denoise | ChunkGaussian> {
  if (spec.kind === 'mlp') return denoiserMlp(spec);
  return spec.kind === 'unet' ? unet1d(spec) : gaussianMlp(spec);
}

/** How a policy explores; options of `diffusionPolicy`, with its defaults. */
export type Exploring = Pick<
  DiffusionPolicyOptions,
  'ftDenoisingSteps' | 'rewardHorizon' | 'minStd' | 'logProbMinStd'
>;

/**
 * The policy in a file, ready to act or to be trained. A pre-trained one is fine-tuned in all denoising steps, unless
 * `ftDenoisingSteps` of `exploring` says in how many.
 *
 * @param exploring - options of `diffusionPolicy`, with its defaults
 * @throws RangeError of the network's or the policy's maker where options do not fit together, or parts of the
 * description, such as more actions executed than predicted
 */
export function policyOf({ spec, params, frozen = params }: PolicyFile, exploring: Exploring = {}): Policy {
  checkParts(spec, 'policyOf');
  const { network, sampler } = spec;
  const { horizonSteps, actionDim } = network;
  const { clipNoise = Infinity } = sampler;
  const shared = { horizonSteps, actionDim, clipNoise, ...exploring };
  if (network.kind === 'gaussian') return gaussianPolicy({ ...shared, network: networkOf(network) });
  if (sampler.kind === 'gaussian') {
    throw new RangeError(
      `policyOf: sampler.kind is gaussian, wanted ddpm, ddim or flow for network.kind ${network.kind}`,
    );
  }
  if (sampler.kind === 'flow') {
    checkNoneOf(exploring);
    return flowOf({ network, sampler }, networkOf(network), frozen);
  }
  const { clipAction = Infinity, ftDenoisingSteps } = sampler;
  return diffusionPolicy({
    clipAction,
    firstAction: spec.task.firstAction ?? 0,
    ...(ftDenoisingSteps !== undefined && { ftDenoisingSteps }),
    ...shared,
    ...samplersOf({ network, sampler }),
    network: networkOf(network),
    frozen: networkWeights(frozen),
  });
}

/**
 * The flow in a file, ready to be trained as the options say; `policyOf` with these.
 *
 * @param file - its description and its weights, with those that it is held to where it is fine-tuned already
 * @param training - options of `flowPolicy`, with its defaults
 * @throws RangeError as policyOf
 */
export function flowPolicyOf(
  file: PolicyFile & { readonly spec: FlowSpec },
  training: FlowTraining = {},
): Policy {
  const { spec, params, frozen = params } = file;
  checkParts(spec, 'flowPolicyOf');
  return flowOf(spec, networkOf(spec.network), frozen, training);
}

/** @throws RangeError naming what only a diffusion explores by */
function checkNoneOf(exploring: Exploring): void {
  const names = Object.keys(exploring).join(', ');
  if (names !== '') throw new RangeError(`policyOf: found ${names}, wanted none of them for a flow`);
}

/** The network of a learned `eta` for a policy of this `network`; its weights are the policy's whose names begin with `eta.`. */
export function etaOf(eta: EtaSpec, network: DenoiserSpec): Network<[obs: Observation], tf.Tensor3D> {
  switch (eta.kind) {
    case 'fixed':
      return etaFixed(eta);
    case 'action':
      return etaAction({ ...eta, actionDim: network.actionDim });
    case 'state':
      return etaState({ ...network, ...eta });
    case 'state-action':
      return etaStateAction({ ...network, ...eta });
  }
}

/** The `sampler` of a description `spec`, which explores, and the `quiet` one, which acts as well as it can: DDIM without noise, DDPM with a little. */
export function samplersOf({ network, sampler: spec }: Pick<DiffusionSpec, 'network' | 'sampler'>): {
  sampler: Sampler | LearnedSampler;
  quiet: Sampler;
} {
  const { prediction = 'epsilon', clipX0 = Infinity } = spec;
  const schedule = cosineSchedule(spec.denoisingSteps);
  const table = (steps: readonly DenoiseStep[]): Sampler => tableSampler(steps, { prediction, clipX0 });
  switch (spec.kind) {
    case 'ddpm': {
      const steps = ddpmSteps(schedule);
      return { sampler: table(steps), quiet: table(evaluationSteps(steps)) };
    }
    case 'ddim': {
      const { ddimSteps: count, eta, clipEpsilon = Infinity, direction = 'implied' } = spec;
      const times = ddimTimes(schedule, count);
      const bounds = { prediction, clipX0, clipEpsilon, direction };
      // Without a bound of the implied ε a step is a row of numbers.
      const of = (fixed: number): Sampler =>
        clipEpsilon === Infinity && direction === 'implied'
          ? table(ddimSteps(schedule, count, fixed))
          : ddimSampler(times, fixed, bounds);
      const quiet = withoutNoise(of(0));
      if (typeof eta === 'number') return { sampler: of(eta), quiet };
      const learned = {
        eta: etaOf(eta, network),
        of: (value: number | tf.Tensor) => ddimSampler(times, value, bounds),
      };
      return { sampler: learned, quiet };
    }
  }
}

/** The sampler's means alone. */
function withoutNoise(sampler: Sampler): Sampler {
  return { ...sampler, moments: (...step) => ({ mean: sampler.moments(...step).mean, std: 0 }) };
}
