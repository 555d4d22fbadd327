import * as tf from '@tensorflow/tfjs';

import { tracing } from './onnx-kernel.ts';
import { registerOnnxKernels } from './onnx-kernels.ts';
import type { OnnxGraph, OnnxValue } from './onnx-proto.ts';
import { batch, elementTypeOf, Tracer } from './onnx-tracer.ts';

/** A tensor that the graph is given. */
interface Input {
  readonly name: string;
  /** Sizes; `batch` is the number of rows. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly doc: string;
}

/** What goes into a graph and comes out. */
export interface Signature {
  /** The first one begins with the number of rows. */
  readonly inputs: readonly Input[];
  readonly output: string;
  readonly doc: string;
}

/** Maps of weights by group. */
export type Groups = Readonly<Record<string, tf.NamedTensorMap>>;

/**
 * The ONNX graph of a function of tensors, which is run once on a backend that computes nothing and writes down every operation.
 *
 * @throws Error where the function does what is no operation of a denoising network
 */
export async function traceOnnx(
  { inputs, output, doc }: Signature,
  groups: Groups,
  f: (inputs: readonly tf.Tensor[], groups: Groups) => tf.Tensor,
): Promise<OnnxGraph> {
  const values = Object.entries(groups).map(([group, weights]) => [group, valuesOf(weights)] as const);
  const tracer = new Tracer(inputs[0].name);
  const before = tf.getBackend();
  registerOnnxKernels();
  tf.registerBackend(tracing, () => tracer);
  await tf.setBackend(tracing);
  try {
    const result = tf.tidy(() => {
      const given = inputs.map(({ name, shape, dtype }) => tracer.input(name, shape, dtype));
      const weights = values.map(([group, members]) => [group, load(tracer, group, members)]);
      const last = f(given, Object.fromEntries(weights));
      return { name: tracer.nameOf(last), shape: last.shape, dtype: last.dtype };
    });
    const outputs = [value({ ...result, name: output, doc })];
    const last = { op: 'Identity', inputs: [result.name], outputs: [output], attributes: {} };
    return {
      nodes: [...tracer.nodes, last],
      constants: [...tracer.constants.values()],
      inputs: inputs.map(value),
      outputs,
    };
  } finally {
    await tf.setBackend(before);
    tf.removeBackend(tracing);
  }
}

interface Values {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function valuesOf(weights: tf.NamedTensorMap): Values[] {
  return Object.entries(weights).map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    values: Float32Array.from(tensor.dataSync()),
  }));
}

function load(tracer: Tracer, group: string, members: readonly Values[]): tf.NamedTensorMap {
  const tensors = members.map(({ name, values, shape }) => [
    name,
    tracer.weight(`${group}.${name}`, values, shape),
  ]);
  return Object.fromEntries(tensors);
}

function value({
  name,
  shape,
  dtype,
  doc,
}: Pick<Input, 'name' | 'shape' | 'doc'> & { readonly dtype: tf.DataType }): OnnxValue {
  return { name, type: elementTypeOf(dtype), shape: shape.map((size) => (size === batch ? 'B' : size)), doc };
}
