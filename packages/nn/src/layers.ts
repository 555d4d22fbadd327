import * as tf from '@tensorflow/tfjs';

/** y = x·Wᵀ + b for x [B, input], W [output, input], b [output]. */
export function linear(params: tf.NamedTensorMap, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = params[`${name}.weight`];
  return tf.matMul(x, weight, false, true).add(params[`${name}.bias`]);
}

/** y = γ·(x − mean)/√(variance + ε) + β over the last dimension of x [B, size]; the variance is the biased one. */
export function layerNorm(
  params: tf.NamedTensorMap,
  name: string,
  x: tf.Tensor2D,
  epsilon: number,
): tf.Tensor2D {
  const centred = x.sub(x.mean(-1, true));
  const variance = centred.square().mean(-1, true);
  const scaled = centred.mul(variance.add(epsilon).rsqrt());
  return scaled.mul(params[`${name}.weight`]).add(params[`${name}.bias`]);
}
