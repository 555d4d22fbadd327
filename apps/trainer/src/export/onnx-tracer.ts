import * as tf from '@tensorflow/tfjs';

import type { Attribute, ElementType, OnnxConstant, OnnxNode } from './onnx-proto.ts';

/** Stands for the number of rows, which only the run knows: no other size is this prime. */
export const batch = 65_537;

/** Where a result of {@link Tracer.emit} has what shape and dtype. */
export interface Emitted {
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** A backend of TensorFlow.js that computes nothing: it writes down the operations as nodes of an ONNX graph. */
export class Tracer extends tf.KernelBackend {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxConstant>();
  readonly #names = new tf.DataStorage<string>(this, {
    moveData: () => {
      throw new Error('export: a tensor of another backend, wanted inputs and weights of the graph');
    },
  });
  #count = 0;

  readonly #rows: string;

  /** @param rows the input whose first size is the number of rows */
  constructor(rows: string) {
    super();
    this.#rows = rows;
  }

  /** A tensor that is given from outside, or a weight by its own name. */
  input(name: string, shape: readonly number[], dtype: tf.DataType): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.#info(name, shape, dtype));
  }

  weight(name: string, values: Float32Array, shape: readonly number[]): tf.Tensor {
    this.#constant({ name, type: 'float32', shape, bytes: bytesOf(values) });
    return this.input(name, shape, 'float32');
  }

  nameOf({ dataId }: tf.TensorInfo): string {
    return this.#names.get(dataId);
  }

  /** One operation of one result. */
  emit(op: string, inputs: readonly (tf.TensorInfo | string)[], result: Emitted): tf.TensorInfo {
    return this.emitMany(op, inputs, [result])[0];
  }

  emitMany(
    op: string,
    inputs: readonly (tf.TensorInfo | string)[],
    results: readonly Emitted[],
  ): tf.TensorInfo[] {
    const outputs = results.map(({ shape, dtype }) => this.#info(this.#fresh(op), shape, dtype));
    this.nodes.push({
      op,
      inputs: inputs.map((input) => (typeof input === 'string' ? input : this.nameOf(input))),
      outputs: outputs.map((output) => this.nameOf(output)),
      attributes: results[0].attributes ?? {},
    });
    return outputs;
  }

  /** Name of a constant of sizes or axes. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const name = `int64[${shape.join()}]:${values.join()}`;
    return this.#constant({ name, type: 'int64', shape, bytes: bytesOf(BigInt64Array.from(values, BigInt)) });
  }

  /** Name of a constant number. */
  float(value: number): string {
    return this.#constant({
      name: `float32:${value}`,
      type: 'float32',
      shape: [],
      bytes: bytesOf(Float32Array.of(value)),
    });
  }

  /** Name of sizes of which one may be the number of rows. */
  sizes(values: readonly number[]): string {
    if (!values.includes(batch)) return this.integers(values);
    const shape = this.emit('Shape', [this.#rows], { shape: [3], dtype: 'int32' });
    const rows = this.emit('Slice', [shape, this.integers([0]), this.integers([1])], {
      shape: [1],
      dtype: 'int32',
    });
    const parts = values.map((value) => (value === batch ? rows : this.integers([value])));
    return this.nameOf(
      this.emit('Concat', parts, { shape: [values.length], dtype: 'int32', attributes: { axis: 0 } }),
    );
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    if (dtype !== 'float32' && dtype !== 'int32')
      throw new Error(`export: a constant of ${dtype}, wanted float32 or int32`);
    const numbers = Array.from(values, Number);
    const bytes = bytesOf(dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers));
    const name = this.#constant({ name: this.#fresh('constant'), type: dtype, shape, bytes });
    return this.#info(name, shape, dtype).dataId;
  }

  override readSync(): tf.backend_util.BackendValues {
    throw new Error('export: a value was read, wanted operations of tensors only');
  }

  override disposeData(): boolean {
    return true;
  }

  override incRef(): void {}
  override dispose(): void {}
  override refCount(): number {
    return 1;
  }

  override numDataIds(): number {
    return this.#names.numDataIds();
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  #info(name: string, shape: readonly number[], dtype: tf.DataType): tf.TensorInfo {
    const dataId = {};
    this.#names.set(dataId, name);
    return { dataId, shape: [...shape], dtype };
  }

  #fresh(what: string): string {
    return `${what}_${this.#count++}`;
  }

  #constant(constant: OnnxConstant): string {
    this.constants.set(constant.name, constant);
    return constant.name;
  }
}

/** ONNX's name of a dtype. */
export function elementTypeOf(dtype: tf.DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`export: a tensor of ${dtype}, wanted float32, int32 or bool`);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
