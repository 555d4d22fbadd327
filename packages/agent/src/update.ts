import { explainedVariance } from '@dppo/rl';

import type { DppoOptions } from './dppo-options.ts';
import { evaluateRollout } from './experience.ts';
import type { Agent, Learner } from './learner.ts';
import { type Metrics, minibatchStep } from './minibatch-step.ts';
import type { Randomness } from './randomness.ts';
import type { Rollout } from './rollout.ts';
import { release, type TrainState } from './train-state.ts';

/** What `update` is told of this iteration, beside the options of all. */
export interface UpdateOptions extends DppoOptions {
  /** Learning rate of the actor. */
  readonly actorLr: number;
  /** Learning rate of the critic. */
  readonly criticLr: number;
  /** Of the order of the samples. */
  readonly random: Randomness;
}

/** What `update` led to. */
export interface Updated {
  /** With iteration and environment steps counted on. */
  readonly state: TrainState;
  /** Losses and norms of each minibatch, in order. */
  readonly minibatches: readonly Metrics[];
  /** 1 − Var(R − V) / Var(R) of the values before the update. */
  readonly explainedVariance: number;
}

/**
 * One iteration's update of actor and critic from a rollout.
 *
 * The state passed in stays as it is; parts that did not change are shared with the state returned (`release` knows).
 * The update ends early after the minibatch whose approximate KL exceeds `targetKl`.
 *
 * @throws Error if a loss or gradient is not finite, naming the term
 * Source: arXiv 2409.00588, algorithm 1; reference agent/finetune/train_ppo_diffusion_agent.py:214-412.
 */
export function update(
  agent: Agent,
  learn: Learner,
  state: TrainState,
  rollout: Rollout,
  options: UpdateOptions,
): Updated {
  const steps = updateSteps(agent, learn, state, rollout, options);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** {@link update}, pausing after each minibatch; ended by a throw, also one into the pause, it leaves nothing behind. */
export function* updateSteps(
  agent: Agent,
  learn: Learner,
  state: TrainState,
  rollout: Rollout,
  options: UpdateOptions,
): Generator<Metrics, Updated> {
  const { random, updateEpochs, batchSize, targetKl = Infinity } = options;
  const { experience, rewardScale } = evaluateRollout(
    learn,
    state.critic,
    rollout,
    state.rewardScale,
    options,
  );
  const total = rollout.steps * rollout.count * rollout.transitions;
  const size = Math.min(batchSize, total);
  const minibatches: Metrics[] = [];
  let current = state;
  try {
    epochs: for (let epoch = 0; epoch < updateEpochs; epoch++) {
      const order = random.permutation(total);
      for (let from = 0; from + size <= total; from += size) {
        const pairs = order.subarray(from, from + size);
        // Of the first minibatch, KL is 0 but for rounding: there is nothing to adapt to.
        const desiredKl = minibatches.length === 0 ? undefined : options.desiredKl;
        const minibatch = { experience, pairs };
        const next = minibatchStep(agent, learn, current, minibatch, { ...options, desiredKl });
        release(current, next.state, state);
        current = next.state;
        minibatches.push(next.metrics);
        yield next.metrics;
        if (next.metrics['train/approx_kl'] > targetKl) break epochs;
      }
    }
  } catch (error) {
    release(current, state);
    throw error;
  }
  const counters = { iteration: state.iteration + 1, envSteps: state.envSteps + rollout.envSteps };
  return {
    state: { ...current, ...counters, rewardScale },
    minibatches,
    explainedVariance: explainedVariance(experience.values, experience.returns),
  };
}
