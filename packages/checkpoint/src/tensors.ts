import { bfloat16, float16 } from '@dppo/files';
import * as tf from '@tensorflow/tfjs';

import { headerOf } from './header-of.ts';
import { formatHeader, type Dtype, type Entry } from './header.ts';
import { sha256 } from './sha256.ts';

const dtypes: Readonly<Record<string, Dtype | undefined>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };

/** The metadata that holds the checksum of all the rest. */
const checksumKey = 'checksum';

/** What a safetensors file holds. */
export interface TensorFile {
  readonly tensors: tf.NamedTensorMap;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * `tensors` and the strings of `metadata` as the bytes of one safetensors file. The metadata `checksum` is the SHA-256 of names,
 * shapes, strings and values. Errors begin with `name`.
 *
 * @throws RangeError naming the tensor for other dtypes than float32, int32 and bool
 * @see https://github.com/huggingface/safetensors#format
 */
export function formatTensors(
  tensors: Readonly<tf.NamedTensorMap>,
  metadata: Readonly<Record<string, string>> = {},
  name = 'formatTensors',
): Uint8Array<ArrayBuffer> {
  if (Object.hasOwn(metadata, checksumKey)) {
    throw new RangeError(`${name}: metadata ${checksumKey} is kept for the checksum`);
  }
  const contents = Object.entries(tensors).map(([tensorName, tensor]) => {
    const dtype = dtypes[tensor.dtype];
    if (!dtype) {
      throw new RangeError(
        `${name}: tensor "${tensorName}" is ${tensor.dtype}, wanted float32, int32 or bool`,
      );
    }
    if (tensorName === '__metadata__') throw new RangeError(`${name}: no tensor can be called __metadata__`);
    return {
      name: tensorName,
      dtype,
      shape: tensor.shape,
      bytes: littleEndian(tensor.dataSync(), dtype),
    };
  });

  const offsets = new Map<string, number>();
  let length = 0;
  // Bytes last, so that every number is aligned.
  for (const { name: tensorName, bytes } of contents.toSorted(
    (a, b) => Number(a.dtype === 'BOOL') - Number(b.dtype === 'BOOL'),
  )) {
    offsets.set(tensorName, length);
    length += bytes.length;
  }
  const entries = contents.map(({ name: tensorName, dtype, shape, bytes }): Entry => {
    const begin = offsets.get(tensorName) ?? 0;
    return { name: tensorName, dtype, shape, begin, end: begin + bytes.length };
  });
  const data = new Uint8Array(length);
  contents.forEach(({ bytes }, i) => data.set(bytes, entries[i].begin));
  const header = formatHeader(entries, { ...metadata, [checksumKey]: checksum(entries, metadata, data) });
  const file = new Uint8Array(header.length + length);
  file.set(header);
  file.set(data, header.length);
  return file;
}

/**
 * Tensors and strings from `bytes` that formatTensors made, or from any safetensors file of F32, I32, BOOL, F16, BF16 and F64 (which become float32), U8 and
 * I64 (int32); in the header's order. F64 alone is rounded. Errors begin with `name`.
 *
 * @throws Error naming the tensor where the bytes are of another kind of file, truncated, damaged (where there is a checksum, in
 * any byte), hold other dtypes, or a whole number that is none of int32; no tensor is made then
 */
export function parseTensors(bytes: Uint8Array, name = 'parseTensors'): TensorFile {
  const { entries, metadata: stored, start } = headerOf(bytes, name);
  const { [checksumKey]: expected, ...metadata } = stored;
  if (expected !== undefined && checksum(entries, metadata, bytes.subarray(start)) !== expected) {
    throw new Error(`${name}: the file is damaged (SHA-256 does not agree)`);
  }
  const contents = entries.map((entry) => ({
    entry,
    bytes: new Uint8Array(bytes.subarray(start + entry.begin, start + entry.end)),
  }));
  for (const { entry, bytes: values } of contents) {
    if (entry.dtype === 'BOOL' && values.some((value) => value > 1)) {
      throw new Error(`${name}: tensor "${entry.name}" has a byte above 1, wanted 0 or 1 in BOOL`);
    }
    const wide = entry.dtype === 'I64' && wholes(values).find((value) => BigInt.asIntN(32, value) !== value);
    if (typeof wide === 'bigint')
      throw new Error(`${name}: tensor "${entry.name}" has ${wide} in it, wanted whole numbers of int32`);
  }
  const named = contents.map(({ entry, bytes: values }) => [entry.name, tensorOf(entry, values)] as const);
  return { tensors: Object.fromEntries(named), metadata };
}

/** SHA-256 of the file as it would be without the checksum. */
function checksum(
  entries: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
  data: Uint8Array,
): string {
  return `sha256:${sha256([formatHeader(entries, metadata), data])}`;
}

function littleEndian(values: ArrayLike<number>, dtype: Dtype): Uint8Array {
  if (dtype === 'BOOL') return Uint8Array.from(values);
  return new Uint8Array((dtype === 'F32' ? Float32Array.from(values) : Int32Array.from(values)).buffer);
}

function tensorOf({ dtype, shape }: Entry, bytes: Uint8Array<ArrayBuffer>): tf.Tensor {
  if (dtype === 'F32') return tf.tensor(new Float32Array(bytes.buffer), [...shape], 'float32');
  if (dtype === 'I32') return tf.tensor(new Int32Array(bytes.buffer), [...shape], 'int32');
  if (dtype === 'F16' || dtype === 'BF16') {
    const widened = dtype === 'F16' ? float16 : bfloat16;
    const values = Float32Array.from(new Uint16Array(bytes.buffer), (bits) => widened(bits));
    return tf.tensor(values, [...shape], 'float32');
  }
  if (dtype === 'F64')
    return tf.tensor(Float32Array.from(new Float64Array(bytes.buffer)), [...shape], 'float32');
  if (dtype === 'I64') return tf.tensor(Int32Array.from(wholes(bytes), Number), [...shape], 'int32');
  if (dtype === 'U8') return tf.tensor(Int32Array.from(bytes), [...shape], 'int32');
  return tf.tensor(bytes, [...shape], 'bool');
}

function wholes(bytes: Uint8Array<ArrayBuffer>): BigInt64Array {
  return new BigInt64Array(bytes.buffer);
}
