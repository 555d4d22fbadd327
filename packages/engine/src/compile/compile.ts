import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { tensorflowBackend, type TensorflowBackend } from './backend.ts';
import { narrowProducts } from './narrow-products.ts';
import { describe, mapTensors } from './container.ts';
import { attributeKind, type GraphNode } from './graph.ts';
import { isRecording, record, type Recording } from './record.ts';
import { savedModel } from './saved-model.ts';
import { hoistTransposes } from './hoist-transposes.ts';

/** How a graph is made; without tfjs-node nothing of it matters. */
export interface CompileOptions {
  /** Makes machine code of the graph by XLA: some seconds at the first call, less time at all others [false]. */
  readonly jit?: boolean | undefined;
  /**
   * What factors and results of matrix products are rounded to, those of gradients included [float32]. bfloat16 keeps 8 of the
   * 24 bits; it pays on processors with AVX-512 BF16 or AMX.
   */
  readonly precision?: 'float32' | 'bfloat16' | undefined;
}

interface Program<Out> {
  readonly backend: TensorflowBackend;
  readonly session: number;
  readonly inputs: string;
  readonly outputs: string;
  /** The result of the recorded run; its tensors are disposed of and only mark their places. */
  readonly result: Out;
}

// A TensorFlow session lives until it is deleted, so it goes with the function that ran it.
const collected = new FinalizationRegistry((programs: Map<string, Program<unknown>>) => {
  for (const { backend, session } of programs.values()) backend.binding.deleteSavedModel(session);
});

/**
 * The same function as one TensorFlow graph: with tfjs-node, the first call records the operations that `f` runs, gradients
 * included, and every call then runs them at once, optimised. On other backends, and inside tf.grads, it is `f`.
 *
 * Arguments and results are tensors, or arrays and plain objects of them; results are fresh. There is one graph per structure
 * of the arguments, shapes and dtypes of their tensors and values of the rest, kept as long as the function. What `f` does
 * besides tensor operations happens only while recording: tensors of its closure, random numbers included, are constants, so
 * noise, parameters and whatever else changes have to be arguments.
 *
 * @throws {Error} while recording, where `f` reads values of tensors (dataSync).
 * @throws {RangeError} for another precision.
 * @throws {TypeError} where arguments or results hold anything but tensors and plain data.
 */
export function compile<In extends unknown[], Out>(
  f: (...inputs: In) => Out,
  options: CompileOptions = {},
): (...inputs: In) => Out {
  if (!['float32', 'bfloat16', undefined].includes(options.precision)) {
    throw new RangeError(`compile: precision is ${options.precision}, wanted float32 or bfloat16`);
  }
  const programs = new Map<string, Program<Out>>();
  const compiled = (...inputs: In): Out => {
    const backend = tensorflowBackend();
    // A graph is no operation that tfjs could record or differentiate; the operations of f are.
    if (!backend || isRecording() || tf.engine().state.gradientDepth > 0) return f(...inputs);
    const tensors: tf.Tensor[] = [];
    const key = describe(inputs, tensors);
    let program = programs.get(key);
    if (!program) {
      program = programOf(backend, f, inputs, tensors, options);
      programs.set(key, program);
    }
    return run(program, tensors);
  };
  collected.register(compiled, programs);
  return compiled;
}

function programOf<In extends unknown[], Out>(
  backend: TensorflowBackend,
  f: (...inputs: In) => Out,
  inputs: In,
  tensors: readonly tf.Tensor[],
  options: CompileOptions,
): Program<Out> {
  const results: Out[] = [];
  const recording = record(backend, tensors, (fresh) => {
    let next = 0;
    const traced = f(...mapTensors(inputs, () => fresh[next++]));
    const outputs: tf.Tensor[] = [];
    describe(traced, outputs);
    results.push(traced);
    return outputs;
  });
  return {
    backend,
    session: load(backend, savedModel(optimized(recording, options))),
    inputs: names('i', tensors.length),
    outputs: names('o', recording.outputCount),
    result: results[0],
  };
}

function optimized(
  { nodes, sources }: Recording,
  { jit = false, precision = 'float32' }: CompileOptions,
): GraphNode[] {
  const hoisted = hoistTransposes(nodes, sources);
  const rounded = precision === 'bfloat16' ? narrowProducts(hoisted) : hoisted;
  const marker = { name: '_XlaCompile', type: attributeKind.bool, value: jit };
  return rounded.map(({ name, op, inputs, attributes }) => ({
    name,
    op,
    inputs,
    attributes: [...attributes, marker],
  }));
}

function names(prefix: string, count: number): string {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}:0`).join();
}

function load(backend: TensorflowBackend, model: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), `dppo-graph-${process.pid}-`));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), model);
    return backend.binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run<Out>({ backend, session, inputs, outputs, result }: Program<Out>, tensors: tf.Tensor[]): Out {
  const ids = backend.getInputTensorIds(tensors);
  // TensorFlow refuses to run a graph for nothing.
  const made = outputs === '' ? [] : backend.binding.runSavedModel(session, ids, inputs, outputs);
  let next = 0;
  return mapTensors(result, () => backend.createOutputTensor(made[next++]));
}
