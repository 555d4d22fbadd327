import * as tf from '@tensorflow/tfjs';

/** The activation functions that networks name. */
export type Activation = 'relu' | 'elu' | 'mish' | 'tanh' | 'gelu' | 'softplus' | 'identity';

const functions: Readonly<Record<Activation, <T extends tf.Tensor>(x: T) => T>> = {
  relu: (x) => tf.relu(x),
  elu: (x) => tf.elu(x),
  mish: (x) => x.mul(x.softplus().tanh()),
  tanh: (x) => tf.tanh(x),
  gelu: (x) => x.mul(x.mul(Math.SQRT1_2).erf().add(1).mul(0.5)),
  softplus: (x) => tf.softplus(x),
  identity: (x) => tf.clone(x),
};

/**
 * Applies the named `activation` to each element of `x`, as PyTorch defines it:
 * relu max(x, 0), elu eˣ − 1 below 0, mish x·tanh(ln(1 + eˣ)), tanh, gelu ½x·(1 + erf(x/√2)),
 * softplus ln(1 + eˣ), identity x.
 */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  return tf.tidy(() => functions[activation](x));
}
