import * as tf from '@tensorflow/tfjs';
import type { Binding, TensorflowBackend, TensorMetadata } from './backend.ts';
import { type Constant, constantNode, type GraphNode, placeholder, typeAttribute } from './graph.ts';
import type { Source } from './hoist-transposes.ts';

/** The operations that ran, between placeholders i0, i1, … and results o0, o1, … */
export interface Recording {
  readonly nodes: readonly GraphNode[];
  /** Every output of the nodes. */
  readonly sources: readonly Source[];
  readonly outputCount: number;
}

/** Attributes that eager TensorFlow infers from the first input and tfjs-node therefore leaves out. */
const inferred: Readonly<Record<string, string>> = { ExpandDims: 'T' };

let recording = false;

/** Whether a function is being recorded. */
export function isRecording(): boolean {
  return recording;
}

/**
 * Runs `f` once on tensors with the values of `inputs` and records its operations as a graph. Tensors that `f` neither gets nor
 * computes become constants of the graph.
 */
export function record(
  backend: TensorflowBackend,
  inputs: readonly tf.Tensor[],
  f: (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[],
): Recording {
  const { binding } = backend;
  // Every input gets an id of its own, even where the caller passes the same tensor twice.
  const given = backend.getInputTensorIds(inputs).map((id) => identity(binding, id));
  const recorder = recorderOf(binding, given);
  recording = true;
  backend.binding = recorder.binding;
  tf.engine().startScope();
  try {
    const results = f(given.map((metadata) => backend.createOutputTensor(metadata)));
    return recorder.finish(backend.getInputTensorIds(results));
  } finally {
    tf.engine().endScope();
    backend.binding = binding;
    recording = false;
  }
}

interface Recorder {
  readonly binding: Binding;
  finish(results: readonly number[]): Recording;
}

function recorderOf(binding: Binding, inputs: readonly TensorMetadata[]): Recorder {
  const nodes = inputs.map((input, i) => placeholder(`i${i}`, input));
  const sources = new Map<number, Source>(
    inputs.map((input, i) => [input.id, { ...input, from: `i${i}:0` }]),
  );
  const dependent = new Set(inputs.map(({ id }) => id)); // ids of what depends on the inputs
  let readByKernel: number | undefined;

  const source = (id: number): Source => {
    const known = sources.get(id);
    if (known) return known;
    const constant = constantOf(binding, id);
    const name = `c${nodes.length}`;
    nodes.push(constantNode(name, constant));
    const made = { ...constant, from: `${name}:0` };
    sources.set(id, made);
    return made;
  };

  const executeOp: Binding['executeOp'] = (op, attributes, ids, outputCount) => {
    // tfjs-node's gather reads its indices to check their range, as TensorFlow does once more.
    if (readByKernel !== undefined && !(op === 'GatherV2' && ids[1] === readByKernel)) throw readError();
    readByKernel = undefined;
    const operands = ids.map(source);
    const name = `n${nodes.length}`;
    nodes.push({
      name,
      op,
      inputs: operands.map(({ from }) => from),
      attributes:
        op in inferred ? [...attributes, typeAttribute(inferred[op], operands[0].dtype)] : attributes,
    });
    const outputs = binding.executeOp(op, attributes, ids, outputCount);
    const depends = ids.some((id) => dependent.has(id));
    for (const [i, output] of outputs.entries()) {
      sources.set(output.id, { ...output, from: `${name}:${i}` });
      if (depends) dependent.add(output.id);
    }
    return outputs;
  };

  const tensorDataSync: Binding['tensorDataSync'] = (id) => {
    if (dependent.has(id)) {
      if (tf.engine().state.kernelDepth === 0) throw readError();
      readByKernel = id;
    }
    return binding.tensorDataSync(id);
  };

  const finish = (results: readonly number[]): Recording => {
    if (readByKernel !== undefined) throw readError();
    for (const [i, { from, dtype }] of results.map(source).entries()) {
      nodes.push({ name: `o${i}`, op: 'Identity', inputs: [from], attributes: [typeAttribute('T', dtype)] });
    }
    return { nodes, sources: [...sources.values()], outputCount: results.length };
  };

  // The native methods are read-only properties, which assignment cannot shadow.
  const shadows = { executeOp: { value: executeOp }, tensorDataSync: { value: tensorDataSync } };
  const shadow: Binding = Object.create(binding, shadows);
  return { binding: shadow, finish };
}

function constantOf(binding: Binding, id: number): Constant {
  const { id: alias, dtype, shape } = identity(binding, id);
  binding.deleteTensor(alias);
  const data = binding.tensorDataSync(id);
  if (!ArrayBuffer.isView(data)) throw new TypeError('compile: a tensor of strings cannot be a constant');
  return { dtype, shape, content: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function identity(binding: Binding, id: number): TensorMetadata {
  return binding.executeOp('Identity', [], [id], 1)[0];
}

function readError(): Error {
  return new Error(
    'compile: the function reads the values of a tensor that depends on its arguments (dataSync, arraySync, print …), ' +
      'which a graph cannot; return the tensor and read it outside',
  );
}
