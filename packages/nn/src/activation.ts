import * as tf from '@tensorflow/tfjs';

/** The activation functions that networks name. */
export type Activation = 'relu' | 'mish' | 'tanh' | 'gelu' | 'identity';

const functions: Readonly<Record<Activation, <T extends tf.Tensor>(x: T) => T>> = {
  relu: (x) => tf.relu(x),
  mish: (x) => x.mul(x.softplus().tanh()),
  tanh: (x) => tf.tanh(x),
  gelu: (x) => x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5)),
  identity: (x) => tf.clone(x),
};

/**
 * Applies the named activation to each element, as PyTorch defines it:
 * relu max(x, 0), mish x·tanh(ln(1 + eˣ)), tanh, gelu ½x·(1 + erf(x/√2)), identity x.
 */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  return tf.tidy(() => functions[activation](x));
}
