import type * as tf from '@tensorflow/tfjs';

/** A network as two pure functions; its parameters are a plain map, named and laid out as PyTorch's state_dict. */
export interface Network<In extends unknown[], Out> {
  /** The shape of each parameter by its name, of which none is made. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Fresh parameters; the same `seed` gives the same numbers on every backend. */
  init(seed: number): tf.NamedTensorMap;
  /** What the network of `params` makes of `inputs`; both are borrowed. */
  apply(params: tf.NamedTensorMap, ...inputs: In): Out;
}

/** Predicts the noise [B, Ta, Da] in `x` [B, Ta, Da] at diffusion time `time`, one for all rows or one each [B]; the observation is already bound. */
export type Denoise = (x: tf.Tensor3D, time: tf.Tensor1D | number) => tf.Tensor3D;
