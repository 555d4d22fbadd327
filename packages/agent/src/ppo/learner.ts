import { adamw, clipByGlobalNorm, type LearningRate, type Optimizer, type TensorTree } from '@dppo/optim';
import type * as tf from '@tensorflow/tfjs';

import { isEta } from '../policies/eta.ts';
import type { Observation, Policy } from '../policies/policy.ts';
import type { ActorCritic } from './actor-critic.ts';
import type { Gradients } from './gradients.ts';
import { localGradients } from './local-gradients.ts';
import { type DppoOptions, settled, type Settled } from './options.ts';

/** One step of an optimizer against gradients clipped to a norm, those of a learned η left as they are; `norm` is that of the others before. */
type OptimizerStep = (
  gradients: tf.NamedTensorMap,
  state: TensorTree,
  params: tf.NamedTensorMap,
  rate: LearningRate,
) => { readonly params: tf.NamedTensorMap; readonly state: TensorTree; readonly norm: tf.Scalar };

/** What an update computes with. */
export interface Learner {
  readonly policy: Policy;
  readonly options: Settled;
  readonly value: (params: tf.NamedTensorMap, obs: Observation) => tf.Tensor1D;
  readonly gradients: Gradients;
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
    gradients: agent.gradients ?? localGradients(agent, options),
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
