import type * as tf from '@tensorflow/tfjs';

/** A chunk's path through the trained part of a policy, with the log-probabilities under which it was drawn. */
export interface Path {
  /** States from the first trained transition to the action [B, K′ + 1, Ta, Da]; the last one is executed. */
  readonly chain: tf.Tensor4D;
  /** log p(chain[j + 1] | chain[j]) per element [B, K′, Ta, Da]. */
  readonly logProbs: tf.Tensor4D;
}

/** Transitions of several paths, each with its own place in its path. */
export interface Transitions {
  /** [B, To, Do] */
  readonly obs: tf.Tensor3D;
  /** [B, Ta, Da] */
  readonly previous: tf.Tensor3D;
  /** [B, Ta, Da] */
  readonly next: tf.Tensor3D;
  /** j, counted from the noisiest trained transition, int32 [B]. */
  readonly index: tf.Tensor1D;
}

/**
 * What PPO needs of a policy that makes a chunk of actions in K′ trained Gaussian transitions.
 *
 * Every function is called inside `tf.tidy`, borrows its inputs and is a pure function of them.
 */
export interface Policy {
  /** K′, the number of trained transitions. */
  readonly transitions: number;
  /** Standard normal arrays [B, Ta, Da] that one chunk takes. */
  readonly draws: number;
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** Explores: obs [B, To, Do], noise [draws, B, Ta, Da]. */
  readonly act: (params: tf.NamedTensorMap, obs: tf.Tensor3D, noise: tf.Tensor4D) => Path;
  /** Acts as well as it can: the chunk [B, Ta, Da], without exploration. */
  readonly best: (params: tf.NamedTensorMap, obs: tf.Tensor3D, noise: tf.Tensor4D) => tf.Tensor3D;
  /** log p of given transitions per element [B, Ta, Da], and the entropy that `entCoef` rewards. */
  readonly evaluate: (
    params: tf.NamedTensorMap,
    transitions: Transitions,
  ) => { logProbs: tf.Tensor3D; entropy: tf.Scalar };
  /** log p [B, K′, Ta, Da] under `params` of paths that the policy before fine-tuning draws. */
  readonly imitate: (params: tf.NamedTensorMap, obs: tf.Tensor3D, noise: tf.Tensor4D) => tf.Tensor4D;
}

/** An init/apply pair of pure functions over a plain map of tensors. */
export interface Network<In extends unknown[], Out> {
  /** Fresh parameters, the same for the same seed. */
  readonly init: (seed: number) => tf.NamedTensorMap;
  /** What the network computes; parameters and inputs are borrowed. */
  readonly apply: (params: tf.NamedTensorMap, ...inputs: In) => Out;
}

/** Turns a pure function of tensors into a faster one with the same results. */
export type Compile = <In extends unknown[], Out>(f: (...inputs: In) => Out) => (...inputs: In) => Out;
