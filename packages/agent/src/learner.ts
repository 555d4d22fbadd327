import { type AdamwState, clipByGlobalNorm, differentiate, type Optimizer } from '@dppo/optim';
import { valueLoss as halfSquaredError } from '@dppo/rl';
import type * as tf from '@tensorflow/tfjs';

import { dppoLoss, type PolicyLoss } from './dppo-loss.ts';
import type { DppoOptions } from './dppo-options.ts';
import type { PolicyBatch } from './policy-batch.ts';
import type { Compile, Network, Policy } from './policy.ts';
import type { ValueBatch } from './value-batch.ts';

/** What learns: a policy, its critic and the optimizers that apply their gradients. */
export interface Agent {
  /** Acts. */
  readonly policy: Policy;
  /** V(s) [B] of obs [B, To, Do]. */
  readonly critic: Network<[obs: tf.Tensor3D], tf.Tensor1D>;
  /** Of the trained part of the policy. */
  readonly actorOptimizer: Optimizer<AdamwState>;
  /** Of the critic. */
  readonly criticOptimizer: Optimizer<AdamwState>;
  /** Makes the functions of tensors faster; the identity by default. */
  readonly compile?: Compile;
}

/** Gradients of a part of a minibatch, weighted by its share of the whole and added to the sum so far. */
type Gradient<Batch, Loss> = (
  params: tf.NamedTensorMap,
  batch: Batch,
  share: tf.Scalar,
  sum: tf.NamedTensorMap,
) => { gradients: tf.NamedTensorMap } & Loss;

/** One step of an optimizer against gradients clipped to `maxGradNorm`; `norm` is theirs before. */
type OptimizerStep = (
  gradients: tf.NamedTensorMap,
  state: AdamwState,
  params: tf.NamedTensorMap,
  learningRate: tf.Scalar,
) => { readonly params: tf.NamedTensorMap; readonly state: AdamwState; readonly norm: tf.Scalar };

/** The functions of tensors that training is made of, compiled once. */
export interface Learner {
  /** `policy.act` */
  readonly act: Policy['act'];
  /** `critic.apply` */
  readonly value: (params: tf.NamedTensorMap, obs: tf.Tensor3D) => tf.Tensor1D;
  /** Adds the gradients of DPPO's loss on some samples. */
  readonly policyGradient: Gradient<PolicyBatch, PolicyLoss>;
  /** The losses alone, without gradients: what there is to know of an actor that does not learn yet. */
  readonly policyLoss: Gradient<PolicyBatch, PolicyLoss>;
  /** Adds the gradients of the value loss on some observations. */
  readonly valueGradient: Gradient<ValueBatch, { readonly loss: tf.Scalar; readonly valueLoss: tf.Scalar }>;
  /** The actor's. */
  readonly actorStep: OptimizerStep;
  /** The critic's. */
  readonly criticStep: OptimizerStep;
}

/** Compiles what an agent computes. */
export function learner(
  { policy, critic, actorOptimizer, criticOptimizer, compile = (f) => f }: Agent,
  options: DppoOptions,
): Learner {
  const { clipVlossCoef } = options;
  return {
    act: compile(policy.act),
    value: compile(critic.apply),
    policyGradient: compile((params, batch, share, sum) => {
      const { gradients, ...losses } = differentiate(
        (actor) => dppoLoss(policy, actor, batch, options),
        params,
      );
      return { ...losses, gradients: added(sum, gradients, share) };
    }),
    policyLoss: compile((params, batch) => ({
      ...dppoLoss(policy, params, batch, options),
      gradients: {},
    })),
    valueGradient: compile((params, { obs, returns, oldValue, weight }, share, sum) => {
      const { gradients, ...losses } = differentiate((weights) => {
        const value = critic.apply(weights, obs);
        const clip = clipVlossCoef === undefined ? {} : { clip: clipVlossCoef };
        const valueLoss = halfSquaredError({ value, returns, oldValue, weight }, clip);
        return { loss: valueLoss.mul<tf.Scalar>(options.vfCoef), valueLoss };
      }, params);
      return { ...losses, gradients: added(sum, gradients, share) };
    }),
    actorStep: compile(stepOf(actorOptimizer, options.maxGradNorm)),
    criticStep: compile(stepOf(criticOptimizer)),
  };
}

function added(sum: tf.NamedTensorMap, gradients: tf.NamedTensorMap, share: tf.Scalar): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => {
      const part = gradient.mul(share);
      return [name, name in sum ? sum[name].add(part) : part];
    }),
  );
}

function stepOf(optimizer: Optimizer<AdamwState>, maxNorm = Infinity): OptimizerStep {
  return (gradients, state, params, learningRate) => {
    const clipped = clipByGlobalNorm(gradients, maxNorm);
    const [next, nextState] = optimizer.update(clipped.gradients, state, params, learningRate);
    return { params: next, state: nextState, norm: clipped.norm };
  };
}
