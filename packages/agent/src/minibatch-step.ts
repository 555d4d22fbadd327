import * as tf from '@tensorflow/tfjs';

import { actorGradient } from './actor-gradient.ts';
import { adaptedRate } from './adapted-rate.ts';
import { criticGradient } from './critic-gradient.ts';
import type { Experience } from './experience.ts';
import { finite } from './finite.ts';
import type { Agent, Learner } from './learner.ts';
import type { TrainState } from './train-state.ts';
import type { UpdateOptions } from './update.ts';

/** Numbers by name; the names follow CleanRL and Stable-Baselines3. */
export type Metrics = Readonly<Record<string, number>>;

/** The (environment step, denoising step) pairs of one optimizer step; see `Pairs` for their numbers. */
export interface Minibatch {
  readonly experience: Experience;
  readonly pairs: Int32Array;
}

/**
 * Gradients of one minibatch, computed in micro-batches, and one step of each optimizer.
 *
 * Parts of the state that do not change are passed on as they are. While only the critic learns, the actor has losses
 * but no gradient, and the norm of that is 0.
 */
export function minibatchStep(
  { policy }: Agent,
  learn: Learner,
  state: TrainState,
  minibatch: Minibatch,
  options: UpdateOptions,
): { state: TrainState; metrics: Metrics } {
  const learning = state.iteration >= options.nCriticWarmupItr;
  const { metrics, ...parts } = tf.tidy(() => {
    const gradient = learning ? learn.policyGradient : learn.policyLoss;
    const { gradients, scalars } = actorGradient(policy, gradient, state.actor, minibatch, options);
    const value = criticGradient(learn, state, minibatch, options);
    const criticLr = tf.scalar(options.criticLr);
    const critic = learn.criticStep(value.gradients, state.criticOptimizer, state.critic, criticLr);
    const learned = { critic: critic.params, criticOptimizer: critic.state };
    const measured = {
      'train/policy_gradient_loss': scalars.policyLoss,
      'train/value_loss': value.scalars.valueLoss,
      'train/entropy': scalars.entropy,
      'train/bc_loss': scalars.bcLoss,
      'train/approx_kl': scalars.approxKl,
      'train/clip_fraction': scalars.clipFraction,
      'train/ratio': scalars.ratio,
      'train/actor_grad_norm': 0,
      'train/critic_grad_norm': finite('update: criticGradNorm', critic.norm.dataSync()[0]),
    };
    if (!learning) return { metrics: measured, ...learned };
    const rate = options.actorLr * state.actorLrScale;
    const { desiredKl } = options;
    const actorLr = desiredKl === undefined ? rate : adaptedRate(rate, scalars.approxKl, desiredKl);
    const actor = learn.actorStep(gradients, state.actorOptimizer, state.actor, tf.scalar(actorLr));
    const norm = finite('update: actorGradNorm', actor.norm.dataSync()[0]);
    return {
      metrics: { ...measured, 'train/actor_grad_norm': norm },
      ...learned,
      actor: actor.params,
      actorOptimizer: actor.state,
      actorLrScale: actorLr === rate ? state.actorLrScale : actorLr / options.actorLr,
    };
  });
  return { state: { ...state, ...parts }, metrics };
}
