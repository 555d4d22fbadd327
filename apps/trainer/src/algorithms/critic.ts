import type { ActorCritic } from '@dppo/agent';
import { valueMlp } from '@dppo/nn';

import type { PolicySpec } from '../policy/policy-spec.ts';

/** The critic that the reference gives such a policy. */
export function criticOf(spec: PolicySpec): ActorCritic['critic'] {
  return spec.kind === 'diffusion'
    ? valueMlp({ ...spec, hidden: [256, 256, 256], activation: 'mish', residual: true })
    : valueMlp({ ...spec, activation: 'tanh', residual: false });
}
