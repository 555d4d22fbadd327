import { childSeed } from '@dppo/env';
import { adamw } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import type { Algorithm } from '../algorithm.ts';
import { checkWeights } from '../check-weights.ts';
import { compiled, scheduledOf } from '../policies/policy.ts';
import { explore } from '../rollout/explore.ts';
import type { ActorCritic } from './actor-critic.ts';
import { learnerOf } from './learner.ts';
import type { DppoOptions } from './options.ts';
import type { PpoState } from './state.ts';
import { updateSteps } from './update.ts';

/**
 * Proximal policy optimisation of a policy's paths: DPPO where it is a `diffusionPolicy`, plain PPO where it is a `gaussianPolicy`.
 *
 * An update ends early after the minibatch whose approximate KL exceeds `targetKl`. While only the critic learns, the actor has
 * losses but no step, and the norm of its gradient is reported as 0.
 *
 * @param options - what is to be other than {@link dppoDefaults}
 * @throws RangeError for an option that is out of its range; Error naming a frozen weight of the policy that is not finite;
 * from `learn` a DivergenceError naming what is not
 * @see https://arxiv.org/abs/2409.00588 algorithm 1, and agent/finetune/train_ppo_diffusion_agent.py:214-412 of the reference
 */
export function ppo(agent: ActorCritic, options: DppoOptions = {}): Algorithm<PpoState> {
  const { policy, critic, actorOptimizer = adamw(), criticOptimizer = adamw() } = agent;
  checkWeights('ppo', policy, {});
  const learner = learnerOf(agent, options);
  const acting = compiled(policy, agent.compile ?? ((f) => f));
  return {
    init: (seed) => {
      const [actor, values] = [policy.init(seed), critic.init(childSeed(seed, 'critic'))];
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
    act: ({ actor, iteration }, obs, random) => {
      const scheduled = tf.tidy(() => scheduledOf(policy, iteration));
      try {
        return explore(acting, { ...actor, ...scheduled }, obs, random);
      } finally {
        tf.dispose(scheduled);
      }
    },
    learn: async (state, rollout, context) => {
      const { signal } = context;
      const steps = updateSteps(learner, state, rollout, context);
      for (let step = await steps.next(); ; step = await steps.next()) {
        if (step.done) return step.value;
        await tf.nextFrame();
        if (signal?.aborted) await steps.throw(signal.reason);
      }
    },
  };
}
