import { type Algorithm, type Compile, gaussianPolicy, ppo, type PpoState } from '@dppo/agent';
import { adamw } from '@dppo/optim';

import type { ExpertOptions } from '../commands/expert.ts';
import { gaussianOf } from '../policy/policy-file.ts';
import type { PolicySpec } from '../policy/policy-spec.ts';
import { criticOf } from './critic.ts';

/** PPO of a Gaussian policy from scratch. */
export function gaussianPpo(spec: PolicySpec, options: ExpertOptions, compile: Compile): Algorithm<PpoState> {
  const { weightDecay, clipPlossCoef, targetKl = Infinity } = options;
  const policy = gaussianPolicy({ ...spec, network: gaussianOf(spec, options.fixedStd) });
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
