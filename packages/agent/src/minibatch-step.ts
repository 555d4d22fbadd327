import { clipRanges, clipToQuantiles, denoisingDiscounts, normalizeAdvantages } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { adaptedRate } from './adapted-rate.ts';
import { type Average, averageGradient, finite } from './average-gradient.ts';
import type { Agent, Learner, TrainState } from './learner.ts';
import { distinctRows, type Experience, policyBatch, valueBatch } from './minibatch.ts';
import type { UpdateOptions } from './update.ts';

/** Numbers by name; the names follow CleanRL and Stable-Baselines3. */
export type Metrics = Readonly<Record<string, number>>;

interface Minibatch {
  readonly experience: Experience;
  readonly pairs: Int32Array;
}

/**
 * Gradients of one minibatch, computed in micro-batches, and one step of each optimizer.
 *
 * Parts of the state that do not change are passed on as they are.
 */
export function minibatchStep(
  agent: Agent,
  learn: Learner,
  state: TrainState,
  minibatch: Minibatch,
  options: UpdateOptions,
): { state: TrainState; metrics: Metrics } {
  const { policy, value } = gradientsOf(agent, learn, state, minibatch, options);
  const { policyLoss, entropy, bcLoss, approxKl, clipFraction, ratio } = policy.scalars;
  const { desiredKl } = options;
  const rate = options.actorLr * state.actorLrScale;
  const actorLr = desiredKl === undefined ? rate : adaptedRate(rate, approxKl, desiredKl);
  try {
    const { norms, ...parts } = tf.tidy(() => {
      const criticLr = tf.scalar(options.criticLr);
      const critic = learn.criticStep(value.gradients, state.criticOptimizer, state.critic, criticLr);
      const actor = learn.actorStep(policy.gradients, state.actorOptimizer, state.actor, tf.scalar(actorLr));
      const gradNorms = {
        actor: finite('actorGradNorm', actor.norm.dataSync()[0]),
        critic: finite('criticGradNorm', critic.norm.dataSync()[0]),
      };
      const learned = { norms: gradNorms, critic: critic.params, criticOptimizer: critic.state };
      if (state.iteration < options.nCriticWarmupItr) return learned;
      const actorLrScale = actorLr === rate ? state.actorLrScale : actorLr / options.actorLr;
      return { ...learned, actor: actor.params, actorOptimizer: actor.state, actorLrScale };
    });
    return {
      state: { ...state, ...parts },
      metrics: {
        'train/policy_gradient_loss': policyLoss,
        'train/value_loss': value.scalars.valueLoss,
        'train/entropy': entropy,
        'train/bc_loss': bcLoss,
        'train/approx_kl': approxKl,
        'train/clip_fraction': clipFraction,
        'train/ratio': ratio,
        'train/actor_grad_norm': norms.actor,
        'train/critic_grad_norm': norms.critic,
      },
    };
  } finally {
    tf.dispose([policy.gradients, value.gradients]);
  }
}

/** Those of actor and critic; of neither, where one is not finite. */
function gradientsOf(...inputs: Parameters<typeof actorGradient>): { policy: Average; value: Average } {
  const policy = actorGradient(...inputs);
  try {
    const [, learn, state, minibatch, options] = inputs;
    return { policy, value: criticGradient(learn, state, minibatch, options) };
  } catch (error) {
    tf.dispose(policy.gradients);
    throw error;
  }
}

function actorGradient(
  { policy }: Agent,
  learn: Learner,
  { actor }: TrainState,
  { experience, pairs }: Minibatch,
  options: UpdateOptions,
): Average {
  const { transitions } = experience.rollout;
  const {
    clipPlossCoef: clip,
    clipPlossCoefBase: base,
    clipPlossCoefRate: rate,
    bcLossCoeff,
    random,
  } = options;
  const clips = clipRanges({ clip, base, rate }, transitions);
  const advantages = pairAdvantages(experience, pairs, options);
  return averageGradient(
    slices(pairs.length, options.microBatchSize).map(({ from, to }) => ({
      share: (to - from) / pairs.length,
      compute: (share, sum) => {
        const batch = policyBatch(experience, { pairs, advantages, clips }, { from, to });
        if (bcLossCoeff === 0) return learn.policyGradient(actor, batch, share, sum);
        const shape: [number, number, number, number] = [
          policy.draws,
          to - from,
          policy.horizonSteps,
          policy.actionDim,
        ];
        const imitationNoise = tf.tensor4d(random.normal(shape.reduce((a, b) => a * b)), shape);
        return learn.policyGradient(actor, { ...batch, imitationNoise }, share, sum);
      },
    })),
  );
}

/**
 * Every distinct observation of the minibatch is evaluated once and counts as often as it occurs.
 *
 * The last slice is filled up with rows that count nothing, so that all slices of all minibatches have one shape.
 */
function criticGradient(
  learn: Learner,
  { critic }: TrainState,
  { experience, pairs }: Minibatch,
  { microBatchSize }: UpdateOptions,
): Average {
  const { rows, counts } = distinctRows(pairs, experience.rollout.transitions);
  const size = Math.min(microBatchSize, experience.rollout.steps * experience.rollout.count);
  return averageGradient(
    slices(rows.length, size).map(({ from }) => {
      const part = { rows: new Int32Array(size), counts: new Float32Array(size) };
      part.rows.set(rows.subarray(from, from + size));
      part.counts.set(counts.subarray(from, from + size));
      return {
        share: part.counts.reduce((a, b) => a + b, 0) / pairs.length,
        compute: (share, sum) => learn.valueGradient(critic, valueBatch(experience, part), share, sum),
      };
    }),
  );
}

/** Â of each pair: normalised and clipped over the minibatch, then discounted by γ_denoising^(K′−1−j). */
function pairAdvantages(
  { rollout: { transitions }, advantages }: Experience,
  pairs: Int32Array,
  { normAdv, clipAdvantageLowerQuantile, clipAdvantageUpperQuantile, gammaDenoising }: UpdateOptions,
): Float32Array {
  const discounts = denoisingDiscounts(gammaDenoising, transitions);
  const raw = Float32Array.from(pairs, (pair) => advantages[Math.floor(pair / transitions)]);
  const clipped = clipToQuantiles(
    normAdv ? normalizeAdvantages(raw) : raw,
    clipAdvantageLowerQuantile,
    clipAdvantageUpperQuantile,
  );
  return clipped.map((advantage, i) => advantage * discounts[pairs[i] % transitions]);
}

function slices(length: number, size: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => ({
    from: i * size,
    to: Math.min((i + 1) * size, length),
  }));
}
