import * as tf from '@tensorflow/tfjs';

import { Tracer } from './onnx-tracer.ts';

/** What a kernel is called with. */
export interface Call {
  readonly tracer: Tracer;
  readonly inputs: readonly tf.TensorInfo[];
  readonly input: (name: string) => tf.TensorInfo;
  readonly attrs: tf.NamedAttrMap;
}

/** Writes an operation of TensorFlow.js down as nodes of an ONNX graph. */
export type OnnxKernel = (call: Call) => tf.TensorInfo | tf.TensorInfo[];

/** The name of the backend that traces. */
export const tracing = 'onnx';

export function registerKernels(kernels: Readonly<Record<string, OnnxKernel>>): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, tracing)) continue;
    tf.registerKernel({
      kernelName,
      backendName: tracing,
      kernelFunc: ({ inputs, backend, attrs = {} }) => {
        if (!(backend instanceof Tracer)) throw new Error(`${kernelName}: not called by a tracer`);
        const given = Object.values(inputs).filter((input) => input !== undefined);
        return kernel({
          tracer: backend,
          inputs: given,
          input: (name) => inputs[name] ?? missing(kernelName, name),
          attrs,
        });
      },
    });
  }
}

export function integer(value: tf.Attribute | undefined): number {
  if (typeof value !== 'number') throw new Error(`export: found ${JSON.stringify(value)}, wanted a number`);
  return value;
}

export function integers(value: tf.Attribute | undefined): number[] {
  if (!Array.isArray(value)) throw new Error(`export: found ${JSON.stringify(value)}, wanted numbers`);
  return value.map(Number);
}

export function flag(value: tf.Attribute | undefined): boolean {
  return value === true;
}

function missing(kernel: string, name: string): never {
  throw new Error(`export: ${kernel} without ${name}`);
}
