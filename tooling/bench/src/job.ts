import {
  type ActorCritic,
  type Algorithm,
  type dppoDefaults,
  type Policy,
  ppo,
  type PpoState,
} from '@dppo/agent';
import { compile, type CompileOptions } from '@dppo/engine';
import { valueMlp } from '@dppo/nn';
import type * as tf from '@tensorflow/tfjs';

import { type Learner, learnerOf } from '../../../packages/agent/src/ppo/learner.ts';

/** What the benchmark varies; what is left out is as in the reference's Hopper job. */
export interface Sizes {
  /** N */
  readonly nEnvs?: number;
  /** Threads that step the environments, 0 for the main one; as many as processors by default. */
  readonly workers?: number;
  /** K */
  readonly denoisingSteps?: number;
  /** K′ */
  readonly ftDenoisingSteps?: number;
  /** Of the actor's three hidden layers. */
  readonly width?: number;
  /** PPO samples in a minibatch. */
  readonly batchSize?: number;
  /** PPO samples whose gradient is computed at once. */
  readonly microBatchSize?: number;
  /** How its functions become graphs; machine code by default, as in the trainer. */
  readonly compile?: CompileOptions;
}

export const shapes = { obsDim: 11, actionDim: 3, horizonSteps: 4, condSteps: 1 } as const;
/** T, chunks per environment and iteration. */
export const chunks = 500;

/** A training of Hopper, whole and in its parts. */
export interface Job {
  /** What the names of its phases end in. */
  readonly suffix: string;
  readonly nEnvs: number;
  readonly workers?: number | undefined;
  readonly agent: ActorCritic;
  readonly algorithm: Algorithm<PpoState>;
  readonly learn: Learner;
  readonly params: { readonly actor: tf.NamedTensorMap; readonly critic: tf.NamedTensorMap };
  readonly options: typeof dppoDefaults;
  /** Floating-point operations in matrix products, forwards: of one row through a network, or all of a chunk or a sample of PPO. */
  readonly flops: Readonly<Record<'step' | 'chunk' | 'sample' | 'critic', number>>;
}

/** What a job has of its own. */
interface Own {
  readonly suffix: string;
  readonly policy: Policy;
  readonly options: typeof dppoDefaults;
  readonly flops: Omit<Job['flops'], 'critic'>;
}

/** Makes its weights on the backend that is chosen by then. */
export function jobOf(
  { nEnvs = 40, workers, compile: graphs = { jit: true } }: Sizes,
  { suffix, policy, options, flops }: Own,
): Job {
  const critic = valueMlp({ ...shapes, hidden: [256, 256, 256] });
  const agent: ActorCritic = { policy, critic, compile: (f) => compile(f, graphs) };
  return {
    suffix,
    nEnvs,
    workers,
    agent,
    algorithm: ppo(agent, options),
    learn: learnerOf(agent, options),
    params: { actor: policy.init(1), critic: critic.init(2) },
    options,
    flops: { ...flops, critic: productsOf([11, 256, 256, 256, 1]) },
  };
}

/** Of one row of chunk, time and observation through an actor of this width. */
export function actorFlops(width: number): number {
  return productsOf([39, width, width, width, 12]);
}

/** Of one row through layers of these sizes: multiply-adds times two. */
export function productsOf(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, size, i) => sum + 2 * sizes[i] * size, 0);
}
