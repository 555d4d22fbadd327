import * as tf from '@tensorflow/tfjs';

/** The parameter `name`; throws where the map has none. */
export function parameter(params: tf.NamedTensorMap, name: string): tf.Tensor {
  const value = params[name];
  if (value === undefined) {
    throw new RangeError(`apply: no parameter "${name}" among ${Object.keys(params).join(', ') || 'none'}`);
  }
  return value;
}

/** y = x·Wᵀ + b for x [B, input], W [output, input], b [output]. */
export function linear(params: tf.NamedTensorMap, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = parameter(params, `${name}.weight`);
  return tf.matMul(x, weight, false, true).add(parameter(params, `${name}.bias`));
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
  return scaled.mul(parameter(params, `${name}.weight`)).add(parameter(params, `${name}.bias`));
}
