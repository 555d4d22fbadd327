import { type Algorithm, type Compile, gaussianPolicy, ppo, type PpoState } from '@dppo/agent';
import { adamw } from '@dppo/optim';
import { type GaussianSpec, networkOf, type PolicySpec } from '@dppo/policy';

import type { ExpertOptions } from '../commands/expert.ts';
import { criticOf } from './critic.ts';

/** PPO of a Gaussian policy from scratch. */
export function gaussianPpo(
  spec: PolicySpec & { readonly network: GaussianSpec },
  options: ExpertOptions,
  compile: Compile,
): Algorithm<PpoState> {
  const { weightDecay, clipPlossCoef, targetKl = Infinity } = options;
  const { network, sampler } = spec;
  const policy = gaussianPolicy({ ...network, ...sampler, network: networkOf(network) });
  const optimizer = adamw({ weightDecay });
  const agent = {
    policy,
    critic: criticOf(spec),
    actorOptimizer: optimizer,
    criticOptimizer: optimizer,
    compile,
  };
  return ppo(agent, {
    ...options,
    targetKl,
    clipPlossCoefBase: clipPlossCoef,
    actorLr: () => options.actorLr,
    criticLr: () => options.criticLr,
  });
}
