import type { ActorCritic, Compile, Policy } from '@dppo/agent';
import { valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';
import type { PolicySpec } from '@dppo/policy';

/** A policy, the critic that the reference gives it (of a Gaussian one a network like its own), and AdamW for both. */
export function actorCritic(
  { network }: PolicySpec,
  policy: Policy,
  { weightDecay, compile }: { readonly weightDecay: number; readonly compile: Compile },
): ActorCritic {
  const { obsDim, condSteps } = network;
  const critic = valueMlp(network.kind === 'gaussian' ? network : { obsDim, condSteps });
  const optimizer = adamw({ weightDecay });
  return { policy, critic, actorOptimizer: optimizer, criticOptimizer: optimizer, compile };
}
