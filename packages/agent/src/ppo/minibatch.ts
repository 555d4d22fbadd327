import * as tf from '@tensorflow/tfjs';

import type { Metrics } from '../algorithm.ts';
import { finite, type Gradient, type Terms } from '../average-gradient.ts';
import { sumOfParts } from '../sum-of-parts.ts';
import { adaptedScale, scaledRate, tensorsOfRate } from './actor-rate.ts';
import type { UpdateGradients } from './gradients.ts';
import type { Learner } from './learner.ts';
import { partsOf, type Sampled } from './minibatch-parts.ts';
import type { PpoState } from './state.ts';

/** The samples of one optimizer step, and who computes their gradients. */
export interface Minibatch extends Omit<Sampled, 'iteration'> {
  readonly gradients: UpdateGradients;
  /** Which of its epoch it is, from 0. */
  readonly number: number;
  /** Whether it is the first of its update, whose KL is 0 but for rounding: there is nothing to adapt to. */
  readonly isFirst: boolean;
  /** Ends the computation of gradients. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gradients of one minibatch, computed in parts, and one step of each optimizer; what does not change is passed on as it is.
 *
 * @throws DivergenceError naming a loss or a gradient that is not finite
 */
export async function minibatchStep(
  learner: Learner,
  state: PpoState,
  minibatch: Minibatch,
): Promise<{ state: PpoState; metrics: Metrics }> {
  const { policy, options } = learner;
  const { iteration } = state;
  const parts = partsOf(policy, { ...minibatch, iteration }, options);
  const computed = await minibatch.gradients.of(state, parts, minibatch.signal);
  const [actor, value] = [sumOfParts(computed.actor), sumOfParts(computed.critic)];
  const { metrics, ...learned } = tf.tidy(() => {
    const criticLr = tf.scalar(options.criticLr(state.iteration));
    const critic = learner.criticStep(asTensors(value), state.criticOptimizer, state.critic, criticLr);
    const ofCritic = { critic: critic.params, criticOptimizer: critic.state };
    const measured = {
      'train/policy_gradient_loss': actor.scalars.policyLoss,
      'train/value_loss': value.scalars.valueLoss,
      'train/entropy': actor.scalars.entropy,
      'train/bc_loss': actor.scalars.bcLoss,
      'train/approx_kl': actor.scalars.approxKl,
      'train/clip_fraction': actor.scalars.clipFraction,
      'train/ratio': actor.scalars.ratio,
      'train/actor_grad_norm': 0,
      'train/critic_grad_norm': finite('update: criticGradNorm', critic.norm.dataSync()[0]),
    };
    if (state.iteration < options.nCriticWarmupItr) return { metrics: measured, ...ofCritic };
    const scheduled = options.actorLr(state.iteration, minibatch.number);
    const actorLrScale =
      options.desiredKl === 0 || minibatch.isFirst
        ? state.actorLrScale
        : adaptedScale(scheduled, state.actorLrScale, actor.scalars.approxKl, options.desiredKl);
    const rate = tensorsOfRate(scaledRate(scheduled, actorLrScale));
    const next = learner.actorStep(asTensors(actor), state.actorOptimizer, state.actor, rate);
    const norm = finite('update: actorGradNorm', next.norm.dataSync()[0]);
    return {
      metrics: { ...measured, 'train/actor_grad_norm': norm },
      ...ofCritic,
      actor: next.params,
      actorOptimizer: next.state,
      actorLrScale,
    };
  });
  return { state: { ...state, ...learned }, metrics };
}

/** Called inside `tf.tidy`. */
function asTensors({ gradients }: Gradient<Terms>): tf.NamedTensorMap {
  const tensors = Object.entries(gradients).map(([name, { shape, data }]) => [
    name,
    tf.tensor(data, [...shape]),
  ]);
  return Object.fromEntries(tensors);
}
