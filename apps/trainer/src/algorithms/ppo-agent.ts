import { type Agent, type Compile, type Policy, startState, type TrainState } from '@dppo/agent';
import { valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';

import type { PolicySpec } from '../policy/policy-spec.ts';

/** A policy with the critic and the optimizers that the reference gives it. */
export function ppoAgent(
  spec: PolicySpec,
  policy: Policy,
  { weightDecay, compile }: { readonly weightDecay: number; readonly compile: Compile },
): Agent {
  const critic =
    spec.kind === 'diffusion'
      ? valueMlp({ ...spec, hidden: [256, 256, 256], activation: 'mish', residual: true })
      : valueMlp({ ...spec, activation: 'tanh', residual: false });
  const optimizer = adamw({ weightDecay });
  return { policy, critic, actorOptimizer: optimizer, criticOptimizer: optimizer, compile };
}

/** The state before the first iteration: the actor as given, a fresh critic. */
export function freshState(
  agent: Agent,
  actor: tf.NamedTensorMap,
  { seed, nEnvs }: { readonly seed: number; readonly nEnvs: number },
): TrainState {
  return startState(agent, { actor, critic: agent.critic.init(seed) }, nEnvs);
}
