import { type Agent, type Policy, startState, type TrainState } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';

import type { PolicyFile } from './policy-file.ts';

/** Agent and starting state for a policy: a fresh critic, fresh optimizers. */
export function ppoAgent(
  { spec, actor }: PolicyFile,
  policy: Policy,
  { weightDecay, seed, nEnvs }: { weightDecay: number; seed: number; nEnvs: number },
): { agent: Agent; start: TrainState } {
  const critic =
    spec.kind === 'diffusion'
      ? valueMlp({ ...spec, hidden: [256, 256, 256], activation: 'mish', residual: true })
      : valueMlp({ ...spec, activation: 'tanh', residual: false });
  const optimizer = adamw({ weightDecay });
  const agent: Agent = { policy, critic, actorOptimizer: optimizer, criticOptimizer: optimizer, compile };
  return { agent, start: startState(agent, { actor, critic: critic.init(seed) }, nEnvs) };
}
