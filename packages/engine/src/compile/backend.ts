import * as tf from '@tensorflow/tfjs';

/** What the native binding says of a tensor that it made; `dtype` is TensorFlow's enumeration. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** An attribute of an operation; `type` says how TensorFlow reads `value` (one of the binding's TF_ATTR_…). */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly (number | boolean)[];
}

/** The part of tfjs-node's native binding that recording and replaying use. Ids of tensors are never reused. */
export interface Binding {
  readonly TF_Version: string;
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputCount: number,
  ): TensorMetadata[];
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  deleteTensor(id: number): void;
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(session: number, ids: readonly number[], inputs: string, outputs: string): TensorMetadata[];
  deleteSavedModel(session: number): void;
}

/** The part of tfjs-node's backend that recording and replaying use. */
export interface TensorflowBackend extends tf.KernelBackend {
  binding: Binding;
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
}

/** The backend of tfjs-node where it is the one in use, else undefined. */
export function tensorflowBackend(): TensorflowBackend | undefined {
  const backend = tf.backend();
  return tf.getBackend() === 'tensorflow' && isTensorflow(backend) ? backend : undefined;
}

/** Whether a backend is that of tfjs-node. */
export function isTensorflow(backend: tf.KernelBackend): backend is TensorflowBackend {
  return 'binding' in backend;
}
