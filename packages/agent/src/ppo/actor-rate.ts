import type { LearningRate } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';

import type { Metrics } from '../algorithm.ts';

/** A learning rate for all parameters of the actor, or one for each part of them where its optimizer is a `partition`. */
export type ActorRate = number | Readonly<Record<string, number>>;

/** What an adapted learning rate is within. */
export interface RateRange {
  /** Smallest rate. */
  readonly min?: number;
  /** Largest rate. */
  readonly max?: number;
}

/**
 * The learning rate of the next step: η/1.5 where KL > 2·KL*, 1.5·η where 0 ≤ KL < ½·KL*, otherwise η; within [1e-5, 1e-2] or other bounds.
 *
 * @param rate - η
 * @param kl - KL of the minibatch that the step is of
 * @param desiredKl - KL*
 * @see https://github.com/leggedrobotics/rsl_rl algorithms/ppo.py, here for the actor alone
 */
export function adaptedRate(
  rate: number,
  kl: number,
  desiredKl: number,
  { min = 1e-5, max = 1e-2 }: RateRange = {},
): number {
  if (kl > 2 * desiredKl) return Math.max(rate / 1.5, min);
  // An estimate below 0 is rounding.
  if (kl >= 0 && kl < desiredKl / 2) return Math.min(rate * 1.5, max);
  return rate;
}

/** The scale with which the rate of the next step, or the largest of several, is adapted to its KL; a rate of 0 stays. */
export function adaptedScale(scheduled: ActorRate, scale: number, kl: number, desiredKl: number): number {
  const rate = typeof scheduled === 'number' ? scheduled : Math.max(...Object.values(scheduled));
  const adapted = adaptedRate(rate * scale, kl, desiredKl);
  return rate === 0 || adapted === rate * scale ? scale : adapted / rate;
}

/** Each rate times the scale. */
export function scaledRate(rate: ActorRate, scale: number): ActorRate {
  if (typeof rate === 'number') return rate * scale;
  return Object.fromEntries(Object.entries(rate).map(([part, own]) => [part, own * scale]));
}

/** The rate as an optimizer takes it; called inside `tf.tidy`. */
export function tensorsOfRate(rate: ActorRate): LearningRate {
  if (typeof rate === 'number') return tf.scalar(rate);
  return Object.fromEntries(Object.entries(rate).map(([part, own]) => [part, tf.scalar(own)]));
}

/** `train/actor_lr`, or `train/PART_lr` of each part. */
export function rateMetrics(rate: ActorRate): Metrics {
  const parts = typeof rate === 'number' ? { actor: rate } : rate;
  return Object.fromEntries(Object.entries(parts).map(([part, own]) => [`train/${part}_lr`, own]));
}
