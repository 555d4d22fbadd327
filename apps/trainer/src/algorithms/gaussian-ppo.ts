import { type Algorithm, type Compile, gaussianPolicy, ppo, type PpoState } from '@dppo/agent';
import { type GaussianSpec, networkOf, type PolicySpec } from '@dppo/policy';

import type { ExpertOptions } from '../commands/expert.ts';
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
  return ppo(actorCritic(spec, policy, { weightDecay, compile }), {
    ...options,
    targetKl,
    clipPlossCoefBase: clipPlossCoef,
    actorLr: () => options.actorLr,
    criticLr: () => options.criticLr,
  });
}
