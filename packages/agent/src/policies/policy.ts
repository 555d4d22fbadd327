import type { Target } from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';

/** What a policy sees, by name, such as `state` [B, To, Do]. */
export type Observation = Readonly<tf.NamedTensorMap>;

/** A chunk's path to the action, with the log-probabilities under which its samples were drawn. */
export interface Path {
  /** States from the first trained transition to the action [B, S, Ta, Da]; the last one is executed, from `firstAction` on. */
  readonly states: tf.Tensor4D;
  /** ln p of each sample of PPO in the path [B, S − window + 1]. */
  readonly logProb: tf.Tensor2D;
  /** Which step of the sampler each path's sample took, int32 [B], where that was drawn and its place in the path does not tell. */
  readonly step?: tf.Tensor1D;
}

/** Samples of several paths. */
export interface PathSamples {
  /** `window` consecutive states of a path [B, window, Ta, Da]. */
  readonly states: tf.Tensor4D;
  /** Which state of its path is the first, int32 [B]. */
  readonly first: tf.Tensor1D;
  /** What `act` said of the path's step, int32 [B]. */
  readonly step?: tf.Tensor1D;
}

/**
 * What PPO needs of a policy that makes a chunk of actions along a path of S states. A sample of PPO is `window` consecutive
 * states: 2 for DPPO, whose every denoising step is one, and for a Gaussian; S where the ratio is of the whole path.
 *
 * Every function but `init` is called inside `tf.tidy`; all borrow their inputs and are pure functions of them.
 */
export interface Policy {
  /** S, states of a path. */
  readonly states: number;
  /** States of a sample, 2 … S. */
  readonly window: number;
  /** Standard normal arrays [B, Ta, Da] that one chunk takes. */
  readonly draws: number;
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** Actions at the start of a chunk that are past when it is made, left out of what is executed; none where absent. */
  readonly firstAction?: number;
  /** Weights that it acts by beside its parameters, if any. */
  readonly frozen?: tf.NamedTensorMap;
  /**
   * Numbers by name that follow a schedule where parameters follow gradients, such as a bound of the noise, by finished iterations,
   * `iteration`. PPO hands them to `act` and `logProb` among the parameters, a scalar each; where they are absent there, those of iteration 0 hold.
   */
  scheduled?(iteration: number): Readonly<Record<string, number>>;
  /** Fresh parameters of the trained part, the same for the same `seed`. */
  init(seed: number): tf.NamedTensorMap;
  /** Explores: the paths of `params` for `obs`, out of `noise` [draws, B, Ta, Da]. */
  act(params: tf.NamedTensorMap, obs: Observation, noise: tf.Tensor4D): Path;
  /** Acts as well as it can: the chunk [B, Ta − firstAction, Da] of `params` for `obs`, out of `noise` as for `act`, without exploration. */
  best(params: tf.NamedTensorMap, obs: Observation, noise: tf.Tensor4D): tf.Tensor3D;
  /** `best`, pulled towards `target`, a whole chunk, where the policy can be. */
  readonly guided?: (
    params: tf.NamedTensorMap,
    obs: Observation,
    noise: tf.Tensor4D,
    target: Target,
  ) => tf.Tensor3D;
  /** ln p under `params` of given samples [B], each for its row of `obs`, and the entropy that `entCoef` rewards. */
  logProb(
    params: tf.NamedTensorMap,
    obs: Observation,
    samples: PathSamples,
  ): { logProb: tf.Tensor1D; entropy: tf.Scalar };
  /** How unlikely `params` find the paths for `obs` that the policy before fine-tuning draws, where there is one; `noise` as for `act`. */
  cloningLoss?(params: tf.NamedTensorMap, obs: Observation, noise: tf.Tensor4D): tf.Scalar;
}

/** An init/apply pair of pure functions over a plain map of tensors. */
export interface Network<In extends unknown[], Out> {
  /** Fresh parameters, the same for the same `seed`. */
  init(seed: number): tf.NamedTensorMap;
  /** What the network of `params` makes of `inputs`; both are borrowed. */
  apply(params: tf.NamedTensorMap, ...inputs: In): Out;
}

/** Turns a pure function of tensors into a faster one with the same results. */
export type Compile = <In extends unknown[], Out>(f: (...inputs: In) => Out) => (...inputs: In) => Out;

/** The policy with functions that `compile` makes faster; what PPO differentiates, it compiles as a whole. */
export function compiled(policy: Policy, compile: Compile): Policy {
  const { guided } = policy;
  return {
    ...policy,
    act: compile((params, obs, noise) => policy.act(params, obs, noise)),
    best: compile((params, obs, noise) => policy.best(params, obs, noise)),
    ...(guided && { guided: compile((params, obs, noise, target) => guided(params, obs, noise, target)) }),
  };
}

/** What `policy` is told in an iteration beside its parameters, scalars by name; called inside `tf.tidy`. */
export function scheduledOf(policy: Policy, iteration: number): tf.NamedTensorMap {
  const numbers = Object.entries(policy.scheduled?.(iteration) ?? {});
  return Object.fromEntries(numbers.map(([name, value]) => [name, tf.scalar(value)]));
}

/** How many samples of PPO a path has. */
export function samplesOf({ states, window }: Pick<Policy, 'states' | 'window'>): number {
  return states - window + 1;
}
