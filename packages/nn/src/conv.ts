import * as tf from '@tensorflow/tfjs';

/** Filters as TensorFlow.js wants them, [kernel, input, output], from PyTorch's [output, input, kernel]; the rest as it is. */
export function channelsLast(params: tf.NamedTensorMap): tf.NamedTensorMap {
  const laidOut = Object.entries(params).map(
    ([name, value]) => [name, value.rank === 3 ? value.transpose([2, 1, 0]) : value] as const,
  );
  return Object.fromEntries(laidOut);
}

/** Convolution of odd kernel that keeps the length of x [B, L, input]; `params` as channelsLast gives them. */
export function conv1d(params: tf.NamedTensorMap, name: string, x: tf.Tensor3D): tf.Tensor3D {
  return tf.conv1d(x, filter(params, name), 1, 'same').add(params[`${name}.bias`]);
}

/** Convolution of kernel 3 and stride 2, one zero on either side: [B, L, C] to [B, L/2, C]. */
export function halve1d(params: tf.NamedTensorMap, name: string, x: tf.Tensor3D): tf.Tensor3D {
  const padded = tf.pad3d(x, [
    [0, 0],
    [1, 1],
    [0, 0],
  ]);
  return tf.conv1d(padded, filter(params, name), 2, 'valid').add(params[`${name}.bias`]);
}

/** Transposed convolution of kernel 4 and stride 2, one row cut off on either side: [B, L, C] to [B, 2L, C]. */
export function double1d(params: tf.NamedTensorMap, name: string, x: tf.Tensor3D): tf.Tensor3D {
  const [batch, length, channels] = x.shape;
  const image = x.reshape<tf.Tensor4D>([batch, 1, length, channels]);
  const weight = filter(params, name).expandDims<tf.Tensor4D>(0);
  const doubled = tf.conv2dTranspose(image, weight, [batch, 1, 2 * length, channels], [1, 2], 'same');
  return doubled.reshape<tf.Tensor3D>([batch, 2 * length, channels]).add(params[`${name}.bias`]);
}

/** Normalises x [B, L, C] over its length and each of `groups` equal groups of channels, then scales and shifts by channel. */
export function groupNorm(
  params: tf.NamedTensorMap,
  name: string,
  x: tf.Tensor3D,
  { groups, epsilon }: { readonly groups: number; readonly epsilon: number },
): tf.Tensor3D {
  const [batch, length, channels] = x.shape;
  const grouped = x.reshape([batch, length, groups, channels / groups]);
  const centred = grouped.sub(grouped.mean([1, 3], true));
  const variance = centred.square().mean([1, 3], true);
  const scaled = centred.mul(variance.add(epsilon).rsqrt()).reshape<tf.Tensor3D>(x.shape);
  return scaled.mul(params[`${name}.weight`]).add(params[`${name}.bias`]);
}

function filter(params: tf.NamedTensorMap, name: string): tf.Tensor3D {
  const weight = params[`${name}.weight`];
  if (!isFilter(weight))
    throw new RangeError(`apply: ${name}.weight [${weight.shape.join(', ')}], wanted three dimensions`);
  return weight;
}

function isFilter(weight: tf.Tensor): weight is tf.Tensor3D {
  return weight.rank === 3;
}
