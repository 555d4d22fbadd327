import type { ActorCritic, Compile, Policy } from '@dppo/agent';
import { type ValueMlpOptions, valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';

/** A policy, its critic, and AdamW for both. */
export function actorCritic(
  policy: Policy,
  critic: ValueMlpOptions,
  { weightDecay, compile }: { readonly weightDecay: number; readonly compile: Compile },
): ActorCritic {
  const optimizer = adamw({ weightDecay });
  return { policy, critic: valueMlp(critic), actorOptimizer: optimizer, criticOptimizer: optimizer, compile };
}
