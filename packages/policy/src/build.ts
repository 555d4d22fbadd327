import { type DiffusionPolicyOptions, diffusionPolicy, gaussianPolicy, type Policy } from '@dppo/agent';
import {
  cosineSchedule,
  ddimSteps,
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
  gaussianMlp,
  type Network,
  type Observation,
  unet1d,
} from '@dppo/nn';

import { checkParts } from './check-spec.ts';
import type { PolicyFile } from './policy-file.ts';
import type { DenoiserSpec, DenoisingSpec, GaussianSpec, NetworkSpec } from './spec.ts';

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
      `policyOf: sampler.kind is gaussian, wanted ddpm or ddim for network.kind ${network.kind}`,
    );
  }
  const { clipAction = Infinity, ftDenoisingSteps } = sampler;
  return diffusionPolicy({
    clipAction,
    ...(ftDenoisingSteps !== undefined && { ftDenoisingSteps }),
    ...shared,
    ...samplersOf(sampler),
    network: networkOf(network),
    frozen,
  });
}

/** The `sampler` of a description `spec`, which explores, and the `quiet` one, which acts as well as it can: DDIM without noise, DDPM with a little. */
export function samplersOf(spec: DenoisingSpec): { sampler: Sampler; quiet: Sampler } {
  const { prediction = 'epsilon', clipX0 = Infinity } = spec;
  const schedule = cosineSchedule(spec.denoisingSteps);
  const table = (steps: readonly DenoiseStep[]): Sampler => tableSampler(steps, { prediction, clipX0 });
  switch (spec.kind) {
    case 'ddpm': {
      const steps = ddpmSteps(schedule);
      return { sampler: table(steps), quiet: table(evaluationSteps(steps)) };
    }
    case 'ddim':
      return {
        sampler: table(ddimSteps(schedule, spec.ddimSteps, spec.eta)),
        quiet: table(evaluationSteps(ddimSteps(schedule, spec.ddimSteps))),
      };
  }
}
