import type { TensorTree } from '@dppo/optim';
import type { RewardScale } from '@dppo/rl';
import type * as tf from '@tensorflow/tfjs';

import type { Counters } from '../algorithm.ts';

/** All that changes from iteration to iteration. A type, not an interface, to be a Tree. */
export type PpoState = Counters & {
  /** θ, parameters of the trained part of the policy. */
  readonly actor: tf.NamedTensorMap;
  /** Parameters of the critic. */
  readonly critic: tf.NamedTensorMap;
  /** State of the actor's optimizer. */
  readonly actorOptimizer: TensorTree;
  /** State of the critic's optimizer. */
  readonly criticOptimizer: TensorTree;
  /** What reward scaling remembers; of no environment before the first rollout. */
  readonly rewardScale: RewardScale;
  /** What the actor's scheduled learning rate is multiplied by; 1 unless `desiredKl` adapts it. */
  readonly actorLrScale: number;
};
