import * as tf from '@tensorflow/tfjs';

import { type Call, integer, integers, type OnnxKernel } from './onnx-kernel.ts';

type Shape4D = [number, number, number, number];

/** Convolutions; TensorFlow.js has the channels last, ONNX has them second. */
export const convolutions: Readonly<Record<string, OnnxKernel>> = {
  Conv2D: ({ input, attrs, tracer }) => {
    const { x, weights, info } = convolutionOf(input('x').shape, { input, attrs, image: 'x' });
    const { outShape, ...attributes } = info;
    const result = tracer.emit(
      'Conv',
      [transposed(tracer, x, [0, 3, 1, 2]), transposed(tracer, weights, [3, 2, 0, 1])],
      { shape: channelsSecond(outShape), dtype: x.dtype, attributes },
    );
    return transposed(tracer, result, [0, 2, 3, 1]);
  },
  Conv2DBackpropInput: ({ input, attrs, tracer }) => {
    const inputShape = integers(attrs['inputShape']);
    const { x, weights, info } = convolutionOf(inputShape, { input, attrs, image: 'dy' });
    const { outShape: _, ...attributes } = info;
    const result = tracer.emit(
      'ConvTranspose',
      [transposed(tracer, x, [0, 3, 1, 2]), transposed(tracer, weights, [3, 2, 0, 1])],
      { shape: channelsSecond(inputShape), dtype: x.dtype, attributes },
    );
    return transposed(tracer, result, [0, 2, 3, 1]);
  },
  PadV2: ({ input, attrs, tracer }) => {
    const { shape, dtype } = input('x');
    const { paddings: value } = attrs;
    const paddings = Array.isArray(value) ? value.map(pair) : [];
    const [before, after] = [0, 1].map((side) => paddings.map((padding) => padding[side]));
    return tracer.emit(
      'Pad',
      [input('x'), tracer.integers([...before, ...after]), tracer.float(integer(attrs['constantValue']))],
      { shape: shape.map((size, axis) => before[axis] + size + after[axis]), dtype },
    );
  },
};

/** Image, filter and what `Conv` needs to know of a convolution of images [B, H, W, C]. */
function convolutionOf(
  shape: readonly number[],
  { input, attrs, image }: Pick<Call, 'input' | 'attrs'> & { readonly image: string },
) {
  const [x, weights] = [input(image), input('filter')];
  const pad = attrs['pad'] === 'same' ? 'same' : 'valid';
  if (attrs['pad'] !== pad)
    throw new Error(`export: padding ${JSON.stringify(attrs['pad'])}, wanted same or valid`);
  const [strideHeight, strideWidth] = integers(attrs['strides']);
  const { padInfo, outShape } = tf.backend_util.computeConv2DInfo(
    four(shape),
    four(weights.shape),
    [strideHeight, strideWidth],
    1,
    pad,
  );
  const pads = [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right];
  return { x, weights, info: { outShape, pads, strides: [strideHeight, strideWidth] } };
}

function transposed(tracer: Call['tracer'], x: tf.TensorInfo, perm: readonly number[]): tf.TensorInfo {
  return tracer.emit('Transpose', [x], {
    shape: perm.map((axis) => x.shape[axis]),
    dtype: x.dtype,
    attributes: { perm },
  });
}

function channelsSecond([batch, height, width, channels]: readonly number[]): number[] {
  return [batch, channels, height, width];
}

function four([a, b, c, d]: readonly number[]): Shape4D {
  return [a, b, c, d];
}

function pair(padding: tf.Attribute): [number, number] {
  const [before, after] = integers(padding);
  return [before, after];
}
