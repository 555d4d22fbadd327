import type { AdamwState } from '@dppo/optim';
import { rewardScale, type RewardScale } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import type { Agent } from './learner.ts';

/** All that changes from iteration to iteration. */
export interface TrainState {
  /** Finished training iterations. */
  readonly iteration: number;
  /** Environment steps taken so far, by all environments. */
  readonly envSteps: number;
  /** θ, parameters of the trained part of the policy. */
  readonly actor: tf.NamedTensorMap;
  /** Parameters of the critic. */
  readonly critic: tf.NamedTensorMap;
  /** State of the actor's optimizer. */
  readonly actorOptimizer: AdamwState;
  /** State of the critic's optimizer. */
  readonly criticOptimizer: AdamwState;
  /** What reward scaling remembers. */
  readonly rewardScale: RewardScale;
  /** What the actor's scheduled learning rate is multiplied by; 1 unless `desiredKl` adapts it. */
  readonly actorLrScale: number;
}

/**
 * The state before the first iteration of training in `count` environments; the parameters stay the caller's.
 *
 * @throws RangeError unless count is a whole number above 0
 */
export function startState(
  agent: Agent,
  params: { readonly actor: tf.NamedTensorMap; readonly critic: tf.NamedTensorMap },
  count: number,
): TrainState {
  return {
    actor: copyOf(params.actor),
    critic: copyOf(params.critic),
    iteration: 0,
    envSteps: 0,
    actorOptimizer: agent.actorOptimizer.init(params.actor),
    criticOptimizer: agent.criticOptimizer.init(params.critic),
    rewardScale: rewardScale(count),
    actorLrScale: 1,
  };
}

function copyOf(params: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value.clone()]));
}

const parts = ['actor', 'critic', 'actorOptimizer', 'criticOptimizer'] as const;

/** Disposes of the parameters and optimizer states of a state but those that it shares with the states kept. */
export function release(state: TrainState, ...kept: TrainState[]): void {
  for (const part of parts) {
    if (kept.every((other) => other[part] !== state[part])) tf.dispose(state[part]);
  }
}
