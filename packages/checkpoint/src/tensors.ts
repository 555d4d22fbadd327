import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { formatHeader, parseHeader, type Dtype, type Entry, type Header } from './header.ts';
import { writeWhole } from './write-whole.ts';

const dtypes: Readonly<Record<string, Dtype | undefined>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };

/** The metadata that holds the checksum of all the rest. */
const checksumKey = 'checksum';

/**
 * Writes tensors and strings as one safetensors file, atomically: a crash leaves the old file or the new one.
 * The metadata `checksum` is the SHA-256 of names, shapes, strings and values. The values are taken during the call, so the
 * tensors may be disposed of before the promise resolves.
 * Throws a RangeError naming file and tensor for other dtypes than float32, int32 and bool.
 * Format: https://github.com/huggingface/safetensors#format
 */
export async function writeTensors(
  path: string,
  tensors: Readonly<tf.NamedTensorMap>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (Object.hasOwn(metadata, checksumKey)) {
    throw new RangeError(`writeTensors: ${path}: metadata ${checksumKey} is kept for the checksum`);
  }
  const contents = Object.entries(tensors).map(([name, tensor]) => {
    const dtype = dtypes[tensor.dtype];
    if (!dtype) {
      throw new RangeError(
        `writeTensors: ${path}: tensor "${name}" is ${tensor.dtype}, expected float32, int32 or bool`,
      );
    }
    if (name === '__metadata__')
      throw new RangeError(`writeTensors: ${path}: no tensor can be called __metadata__`);
    return { name, dtype, shape: tensor.shape, bytes: littleEndian(tensor.dataSync(), dtype) };
  });

  const offsets = new Map<string, number>();
  let length = 0;
  // Bytes last, so that every number is aligned.
  for (const { name, bytes } of contents.toSorted(
    (a, b) => Number(a.dtype === 'BOOL') - Number(b.dtype === 'BOOL'),
  )) {
    offsets.set(name, length);
    length += bytes.length;
  }
  const entries = contents.map(({ name, dtype, shape, bytes }): Entry => {
    const begin = offsets.get(name) ?? 0;
    return { name, dtype, shape, begin, end: begin + bytes.length };
  });
  const data = new Uint8Array(length);
  for (const { name, bytes } of contents) data.set(bytes, offsets.get(name) ?? 0);
  const header = formatHeader(entries, { ...metadata, [checksumKey]: checksum(entries, metadata, data) });
  await writeWhole(path, Buffer.concat([header, data]));
}

/**
 * Reads what writeTensors wrote, or any safetensors file of F32, I32, BOOL and U8 (which becomes int32); in the header's order.
 * Throws an Error naming file and tensor where the file is truncated, damaged (where it has a checksum, in any byte) or holds
 * other dtypes; no tensor is made then.
 */
export async function readTensors(
  path: string,
): Promise<{ readonly tensors: tf.NamedTensorMap; readonly metadata: Readonly<Record<string, string>> }> {
  const file = await readFile(path);
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const { entries, metadata: stored, start } = headerOf(path, bytes);
  const { [checksumKey]: expected, ...metadata } = stored;
  if (expected !== undefined && checksum(entries, metadata, bytes.subarray(start)) !== expected) {
    throw new Error(`readTensors: ${path}: the file is damaged (SHA-256 does not agree)`);
  }
  const contents = entries.map((entry) => ({
    entry,
    bytes: bytes.slice(start + entry.begin, start + entry.end),
  }));
  for (const { entry, bytes: values } of contents) {
    if (entry.dtype === 'BOOL' && values.some((value) => value > 1)) {
      throw new Error(
        `readTensors: ${path}: tensor "${entry.name}" has a byte above 1, expected 0 or 1 in BOOL`,
      );
    }
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
  const hash = createHash('sha256').update(formatHeader(entries, metadata)).update(data);
  return `sha256:${hash.digest('hex')}`;
}

function headerOf(path: string, bytes: Uint8Array): Header {
  try {
    return parseHeader(bytes);
  } catch (error) {
    throw new Error(`readTensors: ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function littleEndian(values: ArrayLike<number>, dtype: Dtype): Uint8Array {
  if (dtype === 'BOOL') return Uint8Array.from(values);
  return new Uint8Array((dtype === 'F32' ? Float32Array.from(values) : Int32Array.from(values)).buffer);
}

function tensorOf({ dtype, shape }: Entry, bytes: Uint8Array<ArrayBuffer>): tf.Tensor {
  if (dtype === 'F32') return tf.tensor(new Float32Array(bytes.buffer), [...shape], 'float32');
  if (dtype === 'I32') return tf.tensor(new Int32Array(bytes.buffer), [...shape], 'int32');
  if (dtype === 'U8') return tf.tensor(Int32Array.from(bytes), [...shape], 'int32');
  return tf.tensor(bytes, [...shape], 'bool');
}
