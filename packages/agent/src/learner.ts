import { type AdamwState, differentiate, type Optimizer } from '@dppo/optim';
import { type RewardScale, valueLoss as halfSquaredError } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { dppoLoss, type PolicyBatch, type PolicyLoss } from './loss.ts';
import type { DppoOptions } from './options.ts';
import type { Compile, Network, Policy } from './policy.ts';

/** What learns: a policy, its critic and how their gradients are applied. */
export interface Agent {
  readonly policy: Policy;
  readonly critic: Network<[obs: tf.Tensor3D], tf.Tensor1D>;
  readonly actorOptimizer: Optimizer<AdamwState>;
  readonly criticOptimizer: Optimizer<AdamwState>;
  /** Makes the functions of tensors faster; the identity by default. */
  readonly compile?: Compile;
}

/** All that changes from iteration to iteration. */
export interface TrainState {
  /** Finished training iterations. */
  readonly iteration: number;
  readonly envSteps: number;
  readonly actor: tf.NamedTensorMap;
  readonly critic: tf.NamedTensorMap;
  readonly actorOptimizer: AdamwState;
  readonly criticOptimizer: AdamwState;
  readonly rewardScale: RewardScale;
  /** What the actor's scheduled learning rate is multiplied by; 1 unless `desiredKl` adapts it. */
  readonly actorLrScale: number;
}

export interface ValueBatch {
  /** [B, To, Do] */
  readonly obs: tf.Tensor3D;
  /** R [B] */
  readonly returns: tf.Tensor1D;
  /** V before the update [B]. */
  readonly oldValue: tf.Tensor1D;
  /** How often each observation counts [B]. */
  readonly weight: tf.Tensor1D;
}

type Gradient<Batch, Loss> = (
  params: tf.NamedTensorMap,
  batch: Batch,
) => { gradients: tf.NamedTensorMap } & Loss;

/** The functions of tensors that training is made of, compiled once. */
export interface Learner {
  readonly act: Policy['act'];
  readonly value: (params: tf.NamedTensorMap, obs: tf.Tensor3D) => tf.Tensor1D;
  readonly policyGradient: Gradient<PolicyBatch, PolicyLoss>;
  readonly valueGradient: Gradient<ValueBatch, { readonly loss: tf.Scalar; readonly valueLoss: tf.Scalar }>;
}

/** Compiles what an agent computes. */
export function learner({ policy, critic, compile = (f) => f }: Agent, options: DppoOptions): Learner {
  const { clipVlossCoef } = options;
  return {
    act: compile(policy.act),
    value: compile(critic.apply),
    policyGradient: compile((params: tf.NamedTensorMap, batch: PolicyBatch) =>
      differentiate((actor) => dppoLoss(policy, actor, batch, options), params),
    ),
    valueGradient: compile((params: tf.NamedTensorMap, { obs, returns, oldValue, weight }: ValueBatch) =>
      differentiate((weights) => {
        const value = critic.apply(weights, obs);
        const clip = clipVlossCoef === undefined ? {} : { clip: clipVlossCoef };
        const valueLoss = halfSquaredError({ value, returns, oldValue, weight }, clip);
        return { loss: valueLoss.mul<tf.Scalar>(options.vfCoef), valueLoss };
      }, params),
    ),
  };
}

const parts = ['actor', 'critic', 'actorOptimizer', 'criticOptimizer'] as const;

/** Disposes of the tensors of a state but those that it shares with the states kept. */
export function release(state: TrainState, ...kept: TrainState[]): void {
  for (const part of parts) {
    if (kept.every((other) => other[part] !== state[part])) tf.dispose(state[part]);
  }
}
