import type * as tf from '@tensorflow/tfjs';

import type { Gradient } from '../average-gradient.ts';
import type { Randomness } from '../randomness.ts';
import type { ActorTerms } from './actor-loss.ts';
import type { CriticTerms } from './critic-loss.ts';
import type { Experience } from './experience.ts';

/** Some of the samples of a minibatch, whole micro-batches of them. */
export interface ActorPart {
  /** Sample s begins with state s mod W of row ⌊s / W⌋, W samples a path [B]. */
  readonly samples: Int32Array;
  /** Â, normalised, clipped and discounted [B]. */
  readonly advantages: Float32Array;
  /** ε of each sample [B]. */
  readonly clips: Float32Array;
  /** Which of the minibatch its first sample is. */
  readonly from: number;
  /** Samples of the minibatch. */
  readonly whole: number;
  /** Finished iterations, which schedules follow. */
  readonly iteration: number;
  /** Where the noise of imitation comes from. */
  readonly random: Randomness;
}

/** Some of the distinct rows that the samples of a minibatch are of, whole micro-batches of them. */
export interface CriticPart {
  readonly rows: Int32Array;
  /** How often each counts. */
  readonly counts: Float32Array;
  /** Samples of the minibatch. */
  readonly whole: number;
}

/** Parameters that gradients are of. */
export interface Parameters {
  readonly actor: tf.NamedTensorMap;
  readonly critic: tf.NamedTensorMap;
}

/** The parts of a minibatch. */
export interface Parts {
  readonly actor: readonly ActorPart[];
  readonly critic: readonly CriticPart[];
}

/** Their gradients, one for each part. */
export interface PartGradients {
  readonly actor: readonly Gradient<ActorTerms>[];
  readonly critic: readonly Gradient<CriticTerms>[];
}

/** Computes the gradients of an update. */
export interface UpdateGradients {
  /** Those of the `parts`, in their order. The `parameters` are borrowed, and valid until the promise settles; the abort of `signal` may end it with its reason. */
  of(parameters: Parameters, parts: Parts, signal?: AbortSignal): Promise<PartGradients>;
  /** Lets go of the experience. */
  end(): void;
}

/** What computes the gradients of parts of minibatches, wherever: the same bits for the same parameters, experience and parts. */
export interface Gradients {
  /** Takes the `experience` that all minibatches of an update are of; its arrays stay the caller's. */
  begin(experience: Experience): Promise<UpdateGradients>;
}
