import * as tf from '@tensorflow/tfjs';

import type { Metrics } from '../algorithm.ts';
import { type Average, averageGradient, finite, slices } from '../average-gradient.ts';
import { samplesOf, scheduledOf } from '../policies/policy.ts';
import type { Randomness } from '../randomness.ts';
import { split } from '../split.ts';
import { sumOfParts } from '../sum-of-parts.ts';
import { type ActorTerms, chosenOf, weightsOf } from './actor-loss.ts';
import { adaptedScale, scaledRate, tensorsOfRate } from './actor-rate.ts';
import { type CriticTerms, distinctRows, partOf } from './critic-loss.ts';
import type { Learner } from './learner.ts';
import type { PathTensors, ValueTensors } from './rollout-tensors.ts';
import type { PpoState } from './state.ts';

/** The samples of one optimizer step, and what they are taken from. */
export interface Minibatch {
  readonly paths: PathTensors;
  readonly values: ValueTensors;
  /** A of each row. */
  readonly advantages: Float32Array;
  /** Sample s begins with state s mod W of row ⌊s / W⌋, W samples a path. */
  readonly samples: Int32Array;
  /** Which of its epoch it is, from 0. */
  readonly number: number;
  /** Whether it is the first of its update, whose KL is 0 but for rounding: there is nothing to adapt to. */
  readonly isFirst: boolean;
  /** Where the noise of imitation comes from. */
  readonly random: Randomness;
}

/** Gradients of one minibatch, computed in parts, and one step of each optimizer; what does not change is passed on as it is. */
export function minibatchStep(
  learner: Learner,
  state: PpoState,
  minibatch: Minibatch,
): { state: PpoState; metrics: Metrics } {
  const { options } = learner;
  const { metrics, ...parts } = tf.tidy(() => {
    const actor = actorAverage(learner, state, minibatch);
    const value = criticAverage(learner, state, minibatch);
    const criticLr = tf.scalar(options.criticLr(state.iteration));
    const critic = learner.criticStep(value.gradients, state.criticOptimizer, state.critic, criticLr);
    const learned = { critic: critic.params, criticOptimizer: critic.state };
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
    if (state.iteration < options.nCriticWarmupItr) return { metrics: measured, ...learned };
    const scheduled = options.actorLr(state.iteration, minibatch.number);
    const actorLrScale =
      options.desiredKl === 0 || minibatch.isFirst
        ? state.actorLrScale
        : adaptedScale(scheduled, state.actorLrScale, actor.scalars.approxKl, options.desiredKl);
    const rate = tensorsOfRate(scaledRate(scheduled, actorLrScale));
    const next = learner.actorStep(actor.gradients, state.actorOptimizer, state.actor, rate);
    const norm = finite('update: actorGradNorm', next.norm.dataSync()[0]);
    return {
      metrics: { ...measured, 'train/actor_grad_norm': norm },
      ...learned,
      actor: next.params,
      actorOptimizer: next.state,
      actorLrScale,
    };
  });
  return { state: { ...state, ...parts }, metrics };
}

/** The gradient of DPPO's loss on one minibatch; called inside `tf.tidy`. */
function actorAverage(
  { policy, options, actorGradient }: Learner,
  { actor, iteration }: PpoState,
  { paths, advantages, samples, random }: Minibatch,
): Average<ActorTerms> {
  const { draws, horizonSteps, actionDim } = policy;
  const weights = weightsOf(policy, advantages, samples, options);
  const parts = slices(samples.length, options.microBatchSize).map(({ from, to }) => ({
    share: (to - from) / samples.length,
    batch: () => {
      const chosen = chosenOf(policy, samples, weights, { from, to });
      const scheduled = scheduledOf(policy, iteration);
      if (options.bcLossCoeff === 0) return { paths, chosen, scheduled };
      const shape: [number, number, number, number] = [draws, to - from, horizonSteps, actionDim];
      const cloningNoise = tf.tensor4d(random.at(from).normal(shape.reduce((a, b) => a * b)), shape);
      return { paths, chosen: { ...chosen, cloningNoise }, scheduled };
    },
  }));
  return sumOfParts(
    split(parts, options.gradientParts).map((part) => averageGradient(actorGradient, actor, part)),
  );
}

/** The gradient of the value loss on one minibatch: each distinct observation is valued once and counts as often as it occurs. */
function criticAverage(
  { policy, options, criticGradient }: Learner,
  { critic }: PpoState,
  { values, advantages: { length: rows }, samples }: Minibatch,
): Average<CriticTerms> {
  const distinct = distinctRows(samples, samplesOf(policy), rows);
  const size = Math.min(options.microBatchSize, rows);
  const parts = slices(distinct.rows.length, size).map(({ from }) => {
    const part = partOf(distinct, from, size);
    return {
      share: part.counts.reduce((a, b) => a + b, 0) / samples.length,
      batch: () => ({
        values,
        counted: { row: tf.tensor1d(part.rows, 'int32'), weight: tf.tensor1d(part.counts) },
      }),
    };
  });
  return sumOfParts(
    split(parts, options.gradientParts).map((part) => averageGradient(criticGradient, critic, part)),
  );
}
