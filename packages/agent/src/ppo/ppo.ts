import { adamw, type Optimizer, type TensorTree } from '@dppo/optim';
import type { RewardScale } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import type { Algorithm, Counters } from '../algorithm.ts';
import { type Compile, compiled, type Network, type Observation, type Policy } from '../policies/policy.ts';
import { explore } from '../rollout/explore.ts';
import { learnerOf } from './minibatch.ts';
import type { DppoOptions } from './options.ts';
import { updateSteps } from './update.ts';

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
}

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

/**
 * Proximal policy optimisation of a policy's paths: DPPO where it is a `diffusionPolicy`, plain PPO where it is a `gaussianPolicy`.
 *
 * An update ends early after the minibatch whose approximate KL exceeds `targetKl`. While only the critic learns, the actor has
 * losses but no step, and the norm of its gradient is reported as 0.
 *
 * @param options - what is to be other than {@link dppoDefaults}
 * @throws RangeError for an option that is out of its range; from `learn` an Error naming a loss or gradient that is not finite
 * @see https://arxiv.org/abs/2409.00588 algorithm 1, and agent/finetune/train_ppo_diffusion_agent.py:214-412 of the reference
 */
export function ppo(agent: ActorCritic, options: DppoOptions = {}): Algorithm<PpoState> {
  const { policy, critic, actorOptimizer = adamw(), criticOptimizer = adamw() } = agent;
  const learner = learnerOf(agent, options);
  const acting = compiled(policy, agent.compile ?? ((f) => f));
  return {
    init: (seed) => {
      const [actor, values] = [policy.init(seed), critic.init(seed)];
      return {
        iteration: 0,
        envSteps: 0,
        actor,
        critic: values,
        actorOptimizer: actorOptimizer.init(actor),
        criticOptimizer: criticOptimizer.init(values),
        rewardScale: { returns: [], mean: 0, variance: 1, count: 0 },
        actorLrScale: 1,
      };
    },
    act: ({ actor }, obs, random) => explore(acting, actor, obs, random),
    learn: async (state, rollout, { random, signal }) => {
      const steps = updateSteps(learner, state, rollout, random);
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) return step.value;
        await tf.nextFrame();
        if (signal?.aborted) steps.throw(signal.reason);
      }
    },
  };
}
