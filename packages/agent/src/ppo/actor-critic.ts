import type { Optimizer } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';

import type { Compile, Network, Observation, Policy } from '../policies/policy.ts';
import type { Gradients } from './gradients.ts';

/** What learns: a policy, its critic and the optimizers that apply their gradients. */
export interface ActorCritic {
  /** What acts and is trained. */
  readonly policy: Policy;
  /** V [B] of an observation. */
  readonly critic: Network<[obs: Observation], tf.Tensor1D>;
  /** Optimizer of the trained part of the policy; `adamw()` by default. */
  readonly actorOptimizer?: Optimizer;
  /** Optimizer of the critic; `adamw()` by default. */
  readonly criticOptimizer?: Optimizer;
  /** Makes the functions of tensors faster; the identity by default. */
  readonly compile?: Compile;
  /** Who computes the gradients of minibatches; `localGradients` by default. */
  readonly gradients?: Gradients;
}
