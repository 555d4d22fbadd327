import type { ActorCritic, Compile, DppoOptions, Policy } from '@dppo/agent';
import { type ValueMlpOptions, valueMlp } from '@dppo/nn';
import { adamw } from '@dppo/optim';

/** What learns, and what `ppo` is told of it. */
export interface Learning {
  readonly agent: ActorCritic;
  readonly told: DppoOptions;
}

/** A policy, its critic, and AdamW for both. */
export function actorCritic(
  policy: Policy,
  critic: ValueMlpOptions,
  { weightDecay, compile }: { readonly weightDecay: number; readonly compile: Compile },
): ActorCritic {
  const optimizer = adamw({ weightDecay });
  return { policy, critic: valueMlp(critic), actorOptimizer: optimizer, criticOptimizer: optimizer, compile };
}
