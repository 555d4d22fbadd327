import { type Algorithm, type Compile, gaussianPolicy, ppo, type PpoState } from '@dppo/agent';
import { type GaussianSpec, networkOf, type PolicySpec } from '@dppo/policy';

import type { ExpertOptions } from '../pretrain/expert-options.ts';
import { actorCritic } from './actor-critic.ts';

/** PPO of a Gaussian policy from scratch. */
export function gaussianPpo(
  spec: PolicySpec & { readonly network: GaussianSpec },
  options: ExpertOptions,
  compile: Compile,
): Algorithm<PpoState> {
  const { weightDecay, clipPlossCoef, targetKl = Infinity } = options;
  const { network, sampler } = spec;
  const policy = gaussianPolicy({ ...network, ...sampler, network: networkOf(network) });
  // The critic is a network like its own.
  return ppo(actorCritic(policy, network, { weightDecay, compile }), {
    ...options,
    targetKl,
    clipPlossCoefBase: clipPlossCoef,
    actorLr: () => options.actorLr,
    criticLr: () => options.criticLr,
  });
}
