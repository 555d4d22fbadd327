import { adamw, clipByGlobalNorm, type LearningRate, type Optimizer, type TensorTree } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';

import { type PartialGradient, partialGradient } from '../average-gradient.ts';
import { isEta } from '../policies/eta.ts';
import type { Compile, Network, Observation, Policy } from '../policies/policy.ts';
import { actorBatch, actorLoss, type ActorTerms, type Chosen } from './actor-loss.ts';
import { type CountedRows, criticBatch, criticLoss, type CriticTerms } from './critic-loss.ts';
import type { PathTensors, ValueTensors } from './rollout-tensors.ts';
import { type DppoOptions, settled, type Settled } from './options.ts';

/** What learns: a policy, its critic and the optimizers that apply their gradients. */
export interface ActorCritic {
  /** What acts and is trained. */
  readonly policy: Policy;
  /** V [B] of an observation. */
  readonly critic: Network<[obs: Observation], tf.Tensor1D>;
  /** Optimizer of the trained part of the policy; `adamw()` by default. */
  readonly actorOptimizer?: Optimizer;
  /** Optimizer of the critic; `adamw()` by default. */
  readonly criticOptimizer?: Optimizer;
  /** Makes the functions of tensors faster; the identity by default. */
  readonly compile?: Compile;
}

/** One step of an optimizer against gradients clipped to a norm, those of a learned η left as they are; `norm` is that of the others before. */
type OptimizerStep = (
  gradients: tf.NamedTensorMap,
  state: TensorTree,
  params: tf.NamedTensorMap,
  rate: LearningRate,
) => { readonly params: tf.NamedTensorMap; readonly state: TensorTree; readonly norm: tf.Scalar };

/** Samples of PPO: the paths of a rollout and which are meant, gathered where they are needed. */
interface ActorSamples {
  readonly paths: PathTensors;
  readonly chosen: Chosen;
  /** What the policy is told in this iteration beside its parameters. */
  readonly scheduled: tf.NamedTensorMap;
}

/** The same for the critic. */
interface CriticSamples {
  readonly values: ValueTensors;
  readonly counted: CountedRows;
}

/** What an update computes with. */
export interface Learner {
  readonly policy: Policy;
  readonly options: Settled;
  readonly value: (params: tf.NamedTensorMap, obs: Observation) => tf.Tensor1D;
  readonly actorGradient: PartialGradient<ActorSamples, ActorTerms>;
  readonly criticGradient: PartialGradient<CriticSamples, CriticTerms>;
  readonly actorStep: OptimizerStep;
  readonly criticStep: OptimizerStep;
}

/** Compiles what an agent computes. */
export function learnerOf(agent: ActorCritic, given: DppoOptions): Learner {
  const { policy, critic, actorOptimizer = adamw(), criticOptimizer = adamw(), compile = (f) => f } = agent;
  const options = settled(given);
  if (options.bcLossCoeff > 0 && !policy.cloningLoss) {
    throw new RangeError(
      `ppo: bcLossCoeff is ${options.bcLossCoeff}, wanted 0: the policy has none before it to imitate`,
    );
  }
  return {
    policy,
    options,
    value: compile((params: tf.NamedTensorMap, obs: Observation) => critic.apply(params, obs)),
    actorGradient: compile(
      partialGradient((params, { paths, chosen, scheduled }: ActorSamples) =>
        actorLoss(policy, { ...params, ...scheduled }, actorBatch(policy, paths, chosen), options),
      ),
    ),
    criticGradient: compile(
      partialGradient((params, { values, counted }: CriticSamples) =>
        criticLoss((obs) => critic.apply(params, obs), criticBatch(values, counted), options),
      ),
    ),
    actorStep: compile(stepOf(actorOptimizer, options.maxGradNorm)),
    criticStep: compile(stepOf(criticOptimizer, Infinity)),
  };
}

function stepOf(optimizer: Optimizer, maxNorm: number): OptimizerStep {
  return (gradients, state, params, rate) => {
    const network = Object.entries(gradients).filter(([name]) => !isEta(name));
    const clipped = clipByGlobalNorm(Object.fromEntries(network), maxNorm);
    const [next, nextState] = optimizer.update({ ...gradients, ...clipped.gradients }, state, params, rate);
    return { params: next, state: nextState, norm: clipped.norm };
  };
}
